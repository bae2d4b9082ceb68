// What was there before the first call: the agency, and the brands, clients and accounts that calls name.
import type { Desk } from '../desk.js';
import { all } from '../desk.js';
import type { Heard } from '../hearing.js';
import type { Fields, Json } from '../values.js';
import { eachText } from './names.js';
import type { Teller } from './teller.js';

/** The settings that change how calls end. */
const SETTINGS = ['branding', 'invites', 'thresholds', 'permissions', 'features', 'digest', 'calendar'];
const PAGE = 200;
const ID = /^[0-9a-f-]{36}$/;
const OLGA = { id: 'olga', name: 'Olga', role: 'owner' };

const picked = (from: Fields, names: string[]) => Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
const by = (agency: string, rest: Fields): Fields => ({ call: { agency, actor: OLGA }, ...rest });
const brandsOf = (client: Json): string[] => client.grants.map(({ brand }: Json) => brand);

/** All texts in a value. */
function texts(value: Json): string[] {
  const found: string[] = [];
  eachText(value, (text) => found.push(text));
  return found;
}

/** Makes what the calls name and didn't make themselves. */
export function prepare(teller: Teller, desk: Desk, agency: string, calls: Heard[]): void {
  const fresh = (name: string) => new Set(calls.filter((call) => call.function === name).map(({ outcome }) => ('ok' in outcome ? outcome.ok : null)));
  if (fresh('agencies.create').has(agency)) return;
  makeAgency(teller, desk, agency);
  // Who calls is nothing that is made.
  const named = new Set(calls.flatMap(({ arguments: { call: _, ...rest } }) => texts(rest)));
  const made = new Set(calls.flatMap(({ outcome }) => ('ok' in outcome ? texts(outcome.ok) : [])));
  const [freshBrands, freshAccounts] = [fresh('brands.create'), fresh('accounts.create')];
  const ids = [...named].filter((text) => ID.test(text) && !made.has(text));
  const clients = ids.map((id) => desk.ask('clients.get', agency, { id })).filter(Boolean);
  const brands = all(desk.clientdesk, 'brands.list', agency, 'brands', PAGE);
  const wanted = new Set([...named, ...clients.flatMap(brandsOf)]);
  // Whoever has no brand any more had one.
  const any: string | undefined = brands[0]?.id;
  if (any !== undefined && clients.some((client) => client.grants.length === 0)) wanted.add(any);
  for (const account of all(desk.clientdesk, 'accounts.list', agency, 'accounts', PAGE)) {
    if (named.has(account.id) && !freshAccounts.has(account.id)) makeAccount(teller, agency, account);
  }
  for (const { id, name } of brands) {
    if (wanted.has(id) && !freshBrands.has(id)) teller.prepare('brands.create', by(agency, { brand: { id, name } }), id);
  }
  for (const client of clients) makeClient(teller, agency, client, freshBrands, any);
}

function makeAgency(teller: Teller, desk: Desk, agency: string): void {
  const answer = desk.call('agencies.get', { id: agency });
  const fields = picked('ok' in answer ? (answer.ok as Fields) : {}, ['id', 'name', 'notification-email', 'billing-interval', 'portal-address']);
  teller.prepare('agencies.create', { agency: fields }, agency);
  const settings = desk.ask('agencies.settings', agency);
  teller.prepare('agencies.update', by(agency, { changes: picked(settings, SETTINGS) }), settings);
}

function makeAccount(teller: Teller, agency: string, { id, name, status }: Json): void {
  const start = status === 'trial' ? { trial: 14 } : 'setup';
  teller.prepare('accounts.create', by(agency, { account: { id, name, 'billing-owner': 'agency', start } }), id);
}

/** Invites a client, and lets it in if it has joined. */
function makeClient(teller: Teller, agency: string, client: Json, fresh: Set<Json>, any: string | undefined): void {
  const had = brandsOf(client).filter((brand) => !fresh.has(brand));
  const brands = had.length > 0 || any === undefined || fresh.has(any) ? had : [any];
  const { id, email, name } = client;
  if (email === null || brands.length === 0 || teller.names.knows(id)) return;
  teller.prepare('clients.invite-by-email', by(agency, { invite: { email, brands, name } }), { client: id, outcome: 'invited' });
  if (client['joined-at'] !== null) teller.prepare('portal.admit', { agency, email, name }, null);
}
