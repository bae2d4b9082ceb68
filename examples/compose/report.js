// Who is at risk, and what it costs: a component that asks Clientdesk, as a platform's own one would.
import agencies from 'clientdesk:core/agencies@0.1.0';
import billing from 'clientdesk:core/billing@0.1.0';
import clients from 'clientdesk:core/clients@0.1.0';

const PAGE = 500;
const DAY = 24 * 60 * 60 * 1_000;
const MONTHS_OF = { monthly: 1, annual: 12 };

/** What is charged for, beside the clients at risk: the export of the world. */
export const report = {
  run(id) {
    const chosen = id === null ? all((page) => agencies.list('active', page), 'agencies') : [agencies.get(id)];
    if (chosen.includes(null)) throw { tag: 'not-found', val: `agency \`${id}\`` };
    const parts = chosen.map(partOf).filter((part) => part.brands.length > 0);
    const lines = parts.flatMap(linesOf);
    if (parts.length === 0) lines.push('Nobody is at risk.');
    if (parts.length > 1) lines.push(`All agencies: ${sums(parts)}`);
    return `${lines.join('\n')}\n`;
  },
};

/** The brands of an agency that clients at risk can look at. */
function partOf(agency) {
  const call = { agency: agency.id, actor: { id: 'nightly', name: 'Nightly report', role: 'viewer' }, actingAs: null, idempotencyKey: null, traceId: null, quote: null };
  const atRisk = { status: 'at-risk', brand: null, search: null, delivery: null };
  const fees = new Map();
  for (const { item, price } of all((page) => billing.items(call, page), 'items')) {
    if (item.tag === 'white-label') fees.set(item.val, { ...price, amount: price.amount / MONTHS_OF[agency.billingInterval] });
  }
  const brands = new Map();
  let asOf = 0;
  for (const client of all((page) => seen(clients.list(call, atRisk, null, page)), 'clients')) {
    for (const grant of client.grants) {
      const brand = brands.get(grant.brand) ?? { name: grant.brandName, fee: fees.get(grant.brand), clients: [] };
      brand.clients.push({ title: client.name ?? client.email ?? client.label ?? client.id, days: Math.floor((asOf - client.lastLogIn) / DAY) });
      brands.set(grant.brand, brand);
    }
  }
  return { agency: agency.name, brands: [...brands.values()].sort((one, other) => (one.name < other.name ? -1 : 1)) };

  function seen(page) {
    asOf = page.asOf;
    return page;
  }
}

function linesOf(part) {
  const lines = [part.agency];
  for (const brand of part.brands) {
    lines.push(`  ${brand.name}: ${brand.fee ? `${shown(brand.fee)} a month` : 'nothing is charged'}`);
    const longest = [...brand.clients].sort((one, other) => other.days - one.days);
    for (const { title, days } of longest) lines.push(`    ${title} hasn't been there for ${days} days`);
  }
  return [...lines, `  Together ${sums([part])}`, ''];
}

/** What the brands come to, in each currency. */
function sums(parts) {
  const found = new Map();
  for (const { fee } of parts.flatMap((part) => part.brands)) {
    if (fee) found.set(fee.currency, (found.get(fee.currency) ?? 0) + fee.amount);
  }
  const texts = [...found].map(([currency, amount]) => shown({ amount, currency }));
  return `${texts.join(' and ') || 'nothing'} a month`;
}

/** Amounts are whole minor units, of which most currencies have a hundred; these are ISO 4217's others. */
const DIGITS = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
];

function shown({ amount, currency }) {
  const [digits] = DIGITS.find(([, codes]) => codes.split(' ').includes(currency)) ?? [2];
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

/** All rows of a list that is given in pages. */
function all(page, rows) {
  const found = [];
  let cursor = null;
  do {
    const answer = page({ limit: PAGE, cursor });
    found.push(...answer[rows]);
    cursor = answer.next;
  } while (cursor !== null);
  return found;
}
