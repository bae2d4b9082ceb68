// A store with something to look at: half a year of an agency, by calls and a clock that moves.

const DAY = 86_400_000;
const BRANDS = ['Nike', 'Adidas', 'Puma', 'Asics', 'Fila'];
const FEATURES = [['dashboard', 'Dashboard'], ['reports', 'Reports'], ['citations', 'Citations'], ['prompts', 'Prompts']];
/** Name, brands, the day of the invite, and how often who comes: every so many days, until a day. */
const PEOPLE = [
  ['Ann Ito', [0], 0, 2, 99], ['Ben Okafor', [0, 1], 1, 3, 99], ['Cleo Rossi', [1], 2, 2, 99], ['Dan Weber', [2], 3, 5, 99],
  ['Élodie Martin', [3], 3, 3, 80], ['Finn Novak', [4, 0], 5, 4, 76], ['Greta Lind', [1, 2], 8, 2, 72], ['Hanna Silva', [2], 10, 3, 40],
  ['Ivo Tanaka', [3], 12, 6, 30], ['Jun Perez', [0], 20, 4, 99], ['Kofi Zhang', [4], 60, 2, 99], ['Lena Varga', [1], 70, 3, 99],
  ['Mara Quinn', [2], 90, 0, 0], ['Nils Lee', [0], 94, 0, 0], ['Olu Usman', [3, 4], 15, 5, 50],
];

const slug = (name) => name.normalize('NFKD').replace(/[^\w ]/g, '').toLowerCase().replace(/ /g, '.');

/** Fills the agency `acme`; `days` of it. */
export async function fill(desk, days = 98) {
  const olga = (name, args) => desk.as('acme', name, args);
  for (const name of BRANDS) await olga('brands.create', { brand: { id: name.toLowerCase(), name } });
  await olga('agencies.update', { changes: { features: FEATURES.map(([key, label]) => ({ key, label, on: true })), alerts: true, digest: { on: true, weekday: 'monday', hour: 8, recipients: [] } } });
  const ids = new Map();
  for (let day = 0; day < days; day += 1) {
    for (const [at, [name, brands, invited, every, until]] of PEOPLE.entries()) {
      const email = `${slug(name)}@${BRANDS[brands[0]].toLowerCase()}.example`;
      if (invited === day) {
        const { client } = await olga('clients.invite-by-email', { invite: { email, name, brands: brands.map((it) => BRANDS[it].toLowerCase()) } });
        ids.set(name, client);
      }
      if (!every || day <= invited || day > until || (day + at) % every) continue;
      const { session } = await desk.call('portal.admit', { agency: 'acme', email, name });
      const views = FEATURES.slice(0, 1 + ((day + at) % FEATURES.length)).map(([feature]) => ({ feature }));
      await desk.call('portal.record', { session, views });
      if ((day + at) % 7 === 0) await desk.call('portal.export', { session, format: 'pdf' });
      await desk.call('portal.log-out', { session });
    }
    if (day === 60) await olga('clients.revoke', { id: ids.get('Olu Usman') });
    await desk.bench('clock', { by: DAY });
  }
  await olga('accounts.create', { account: { id: 'nike-inc', name: 'Nike Inc', email: 'finance@nike.example', 'billing-owner': 'agency', start: { trial: 14 } } });
  await olga('accounts.move-brand', { id: 'nike', account: 'nike-inc' });
  await olga('accounts.create', { account: { name: 'Puma SE', 'billing-owner': 'agency', start: 'setup' } });
  await desk.bench('jobs', {});
}
