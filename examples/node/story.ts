// The story that `clientdesk demo` tells: an agency is billed for each brand that a client can see.
//   npm run story [-- FILE.sqlite]
import { existsSync } from 'node:fs';

import { KeptMail, ManualClock, MemoryStorage, SystemSecrets } from './host/index.js';
import { SqliteStorage } from './host/sqlite.js';
import { openClientdesk } from './src/index.js';
import type { Clientdesk, FunctionsAs } from './src/index.js';
import { date, dollars, signed, table } from './print.js';

const BEGIN = Date.parse('2026-09-01');
const DAY = 86_400_000;
const PASSWORD = 'a well kept secret';

const file = process.argv[2];
if (file && existsSync(file)) throw new Error(`${file} is there already; the story needs a store of its own`);
const mail = new KeptMail();
const clock = new ManualClock(new Date(BEGIN));
const clientdesk: Clientdesk = await openClientdesk({
  storage: file ? new SqliteStorage(file) : new MemoryStorage(),
  secrets: file ? SystemSecrets.open(`${file}.keys.json`, true) : SystemSecrets.ephemeral(),
  mail,
  clock,
});
const olga: FunctionsAs = clientdesk.as({ agency: 'acme', actor: { id: 'olga', name: 'Olga', role: 'owner' } });
const steps: string[][] = [];
let shown = 0;

clientdesk.agencies.create({
  id: 'acme',
  name: 'Acme',
  notificationEmail: 'office@acme.example',
  billingInterval: 'monthly',
  portalAddress: 'https://clients.acme.example',
});
for (const name of ['Nike', 'Adidas', 'Puma']) olga.brands.create({ id: name.toLowerCase(), name });
step('Acme joins, with the brands Nike, Adidas and Puma');

on(15);
const ann = olga.clients.inviteByEmail({ email: 'ann@nike.example', name: 'Ann', brands: ['nike'] });
step('Ann is invited to Nike: its first client');
const ben = olga.clients.inviteByEmail({ email: 'ben@nike.example', name: 'Ben', brands: ['nike'] });
step('Ben is invited to Nike: the brand is paid for already');
olga.clients.inviteByEmail({ email: 'cleo@adidas.example', name: 'Cleo', brands: ['adidas'] });
step('Cleo is invited to Adidas: its first client');

on(16);
signUp('ann@nike.example', 'Ann');
signUp('cleo@adidas.example', 'Cleo');
step('Ann and Cleo open their links, sign up, and are in');

on(20);
olga.clients.revoke(ann.client);
step("Ann's access is removed: Ben still has Nike");
olga.clients.revoke(ben.client);
step("Ben's access is removed: nobody has Nike any more");

on(30);
clientdesk.jobs.run(100);
step('October begins, and the first invoice closes');

table('White-label billing: $49 a month for each brand that a client can see', ['When', 'What happens', 'Booked', 'Extra a month'], steps);

const lines = ledger().map((line) => {
  const brand = line.item.tag === 'white-label' ? line.item.val : '';
  const days = (line.coversTo.getTime() - line.coversFrom.getTime()) / DAY;
  return [`${line.number}`, date(line.at), brand, line.reason, signed(line.amount), `${days} days, to ${date(line.coversTo)}`];
});
const { total } = olga.billing.summary();
table('The ledger: every amount, and the time that it pays for', ['#', 'From', 'Brand', 'Why', 'Amount', 'Pays for'], [
  ...lines,
  ['', '', '', 'sum', signed(total), ''],
]);

const { clients } = olga.clients.list({ limit: 100 });
table('The clients', ['Client', 'E-mail', 'Status', 'Brands', 'Last log-in'], clients.map((client) => [
  client.name ?? '', client.email ?? '', client.status, client.grants.map((grant) => grant.brandName).join(', '), date(client.lastLogIn),
]));

const { mails } = olga.jobs.outbox({ limit: 100 });
table('The mails that went out', ['To', 'Subject', 'State'], mails.map(({ id, to, delivery }) => [
  to, mail.messages.find((message) => message.id === id)?.subject ?? '', delivery.tag,
]));

const { verified, flaw } = olga.audit.verify(1);
if (flaw) throw new Error(`the log doesn't verify: entry ${flaw.number}: ${flaw.problem}`);
console.log(`\nVerified: all ${verified} entries of the log are as they were written, and in order.`);
console.log(`\n${olga.billing.document(1, 'text')}`);

function on(days: number): void {
  clock.time = new Date(BEGIN + days * DAY);
}

/** What the person behind an address does with the link in the mail. */
function signUp(email: string, name: string): void {
  const link = mail.messages.findLast((message) => message.to === email)?.text.match(/\/invite\/(\S+)/);
  const token = link?.[1] ?? '';
  clientdesk.portal.open(token);
  clientdesk.portal.signUp(token, name, PASSWORD);
  clientdesk.portal.logIn('acme', email, PASSWORD);
}

function ledger() {
  return olga.billing.ledger({ limit: 100 }).lines;
}

/** A row of the story, with what was booked since the row before, and what all that runs costs a month. */
function step(what: string): void {
  const { total, runRate } = olga.billing.summary();
  const booked = total.amount - shown;
  shown = total.amount;
  steps.push([date(clock.time), what, booked ? signed({ ...total, amount: booked }) : '', dollars(runRate)]);
}
