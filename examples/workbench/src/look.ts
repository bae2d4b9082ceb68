// What is looked at: what falls due, weeks of scores, calls, and a changed entry.
import { INTERFACES } from '../../node/player/by-name.js';
import { MemoryStorage } from '../../node/host/memory.js';
import type { Row, Storage } from '../../node/src/ports.js';
import type { Desk } from './desk.js';
import { ask } from './desk.js';
import type { Heard } from './hearing.js';
import { Refused } from './problem.js';
import type { Json } from './values.js';
import { spellAnswer, spellArguments, spelled, spellError } from './values.js';

const HOUR = 3_600_000;
const ENTRIES_MAX = 5_000;
const TOLD_MAX = 300;
const NAMED_MAX = 100;
const CLIENTS_MAX = 100;
const PAGE = 500;
/** The kinds that are about a client. */
const OF_CLIENTS = ['invite-expiry', 'access-end', 'address-change', 'erasure', 'backlog'];

/** All rows between two keys. */
function rowsBetween(storage: Storage, start: string, end: string, most = Infinity): Row[] {
  const found: Row[] = [];
  for (let from: string | undefined = start; from !== undefined && found.length < most; ) {
    const { rows, next } = storage.scan(from, end, PAGE, false);
    found.push(...rows);
    from = next;
  }
  return found;
}

/** What falls due in an agency, the earliest first: read from the due index as `docs/design.md` has it. */
export function due(desk: Desk, agency: string): Json {
  const keys = rowsBetween(desk.world.storage.below, 'due/', 'due/\x7f', ENTRIES_MAX).map(({ key }) => key.split('/'));
  const found = keys.filter((parts) => parts[3] === agency).map(([, , at = '', , kind = '', ...subject]) => ({ at: Number(at), kind, subject: subject.join('/') }));
  found.sort((one, other) => one.at - other.at || (one.kind < other.kind ? -1 : 1));
  let named = 0;
  const told = found.slice(0, TOLD_MAX).map(({ at, kind, subject }) => {
    const isClient = OF_CLIENTS.includes(kind) && (named += 1) <= NAMED_MAX;
    const { name, label, email } = (isClient && desk.ask('clients.get', agency, { id: subject })) || {};
    return { at: spelled(at), kind, subject, title: name ?? label ?? email ?? null };
  });
  return { due: told, all: found.length };
}

/** The last 26 weeks of each client. */
export function scores(desk: Desk, agency: string, clients: string): Json {
  const ids = clients.split(',').filter(Boolean).slice(0, CLIENTS_MAX);
  const weeks = (id: string) => (desk.ask('health.history', agency, { client: id }) ?? []).map((week: Json) => week.score);
  return Object.fromEntries(ids.map((id) => [id, weeks(id)]));
}

/** What was called after a call, the oldest first. */
export const calls = (desk: Desk, after: number): Json => ({ calls: desk.world.hearing.after(after).map(inJson) });

function inJson({ number, at, function: name, arguments: args, outcome, micros, traces }: Heard): Json {
  return {
    number,
    at: spelled(at),
    function: name,
    arguments: spellArguments(name, args),
    answer: 'ok' in outcome ? spellAnswer(name, outcome.ok) : null,
    error: 'err' in outcome ? spellError(outcome.err) : null,
    micros,
    wrote: traces.commits > 0,
    faults: traces.faults,
    mails: traces.mails.map(([{ id }]) => id),
  };
}

/** The parameters of each function, in the order of the WIT. */
export function functions(): Json {
  const all = [...INTERFACES.values()].flatMap(({ name, funcs }) => funcs.map((func) => [`${name}.${func.name}`, func.params.map((param) => param.name)]));
  return Object.fromEntries(all);
}

/** An entry of the log is moved to an hour earlier, and verifying finds it: in a copy, the store stays as it is. */
export function tamper(desk: Desk, agency: string, number: number): Json {
  const none = () => Refused.malformed(`\`${agency}\` has no entry ${number}`);
  const copy = new MemoryStorage(rowsBetween(desk.world.storage.below, '!', '\x7f'));
  const [row] = copy.scan(`a/${agency}/log/`, `a/${agency}/log/${String(number).padStart(15, '0')}0`, 1, true).rows;
  if (!row) throw none();
  const block = JSON.parse(row.value);
  const entry = block.data.entries.find(({ body }: Json) => body.number === number);
  if (!entry) throw none();
  const at = entry.body.at;
  entry.body.at = at - HOUR;
  copy.commit([], [{ key: row.key, value: JSON.stringify(block) }]);
  const clientdesk = desk.onRows(copy);
  let verified = 0;
  for (let start: number | null = 1; ; ) {
    const found: Json = ask(clientdesk, 'audit.verify', agency, { start });
    if (!found) throw Refused.malformed(`the log of \`${agency}\` can’t be verified`);
    verified += found.verified;
    start = found.next;
    if (found.flaw || start === null) return { row: row.key, at: spelled(at), becomes: spelled(at - HOUR), verified, flaw: found.flaw };
  }
}
