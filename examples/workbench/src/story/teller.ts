// Tells calls one after the other: makes each in the world of the story, and notes what came of it.
import { ManualClock } from '../../../node/host/clock.js';
import { MemoryStorage } from '../../../node/host/memory.js';
import type { Answer } from '../../../node/player/by-name.js';
import { callByName } from '../../../node/player/by-name.js';
import type { Clientdesk, Modules } from '../../../node/src/clientdesk.js';
import { open } from '../../../node/src/clientdesk.js';
import type { Check, Message, Outcome, Write } from '../../../node/src/ports.js';
import type { Heard } from '../hearing.js';
import type { Fields, Json } from '../values.js';
import type { Step } from './lines.js';
import { storyOf } from './lines.js';
import { eachText, isObject, Names } from './names.js';

/** The fields of an error that say which one it is, without words and numbers. */
const ERROR_FIELDS = ['code', 'state', 'event', 'limit'];
const ENTRIES = 500;
const VIEWER = { id: 'scenario', name: 'Scenario', role: 'viewer' };

/** Rows in memory, and how often they were written. */
class CountedStorage extends MemoryStorage {
  commits = 0;

  override commit(checks: Check[], writes: Write[]): Outcome {
    const outcome = super.commit(checks, writes);
    if (outcome.committed) this.commits += 1;
    return outcome;
  }
}

/** The secret of the link in a mail. */
const tokenOf = ({ text }: Message) => /\/(?:invite|reset-password|confirm-email)\/([\w-]+)/.exec(text)?.[1];

/** Whoever tells a story. */
export class Teller {
  readonly names = new Names();
  readonly #storage = new CountedStorage();
  readonly #mails: Message[] = [];
  readonly #clock: ManualClock;
  readonly #clientdesk: Clientdesk;
  readonly #steps: Step[] = [];
  /** How far each agency's log was read. */
  readonly #read = new Map<string, number>();

  constructor(modules: Modules, private readonly home: string, private readonly start: number) {
    const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    const ring = [{ id: 'seeded', bytes: random(32) }];
    this.#clock = new ManualClock(new Date(start));
    const send = (message: Message) => {
      this.#mails.push(message);
      return { tag: 'accepted' as const };
    };
    this.#clientdesk = open(modules, { storage: this.#storage, clock: this.#clock, mail: { send }, secrets: { random, keys: () => ring } });
  }

  /** Makes a call that prepares the world. `there`: what an answer of the workbench would be. */
  prepare(name: string, args: Fields, there: Json): void {
    this.#tell(this.start, name, args, { ok: there }, []);
  }

  /** Tells a call. */
  tell({ at, function: name, arguments: args, outcome, traces }: Heard): void {
    this.#tell(at, name, args, outcome, traces.mails.map(([mail]) => mail));
  }

  #tell(when: number, name: string, args: Fields, there: Answer, mailsThere: Message[]): void {
    const at = Math.max(when, this.start);
    this.#clock.time = new Date(at);
    const said = withoutQuote(args);
    const [mailsBefore, commits] = [this.#mails.length, this.#storage.commits];
    const answer = callByName(this.#clientdesk, name, this.names.here(said));
    const mails = this.#mails.slice(mailsBefore);
    if (name === 'agencies.create' && 'ok' in answer) this.#read.set(String(answer.ok), 0);
    const log = this.#news();
    const told = this.names.told(said);
    const number = this.#steps.length;
    if ('ok' in there && 'ok' in answer) this.names.learn(number, 'answer', there.ok, answer.ok);
    for (const [place, mail] of mails.entries()) {
      const before = mailsThere[place];
      const [tokenThere, tokenHere] = [before && tokenOf(before), tokenOf(mail)];
      if (tokenThere && tokenHere) this.names.learn(number, `mails.${place}.token`, tokenThere, tokenHere);
    }
    this.#steps.push({
      at,
      function: name,
      with: told,
      expect: 'ok' in answer ? { ok: stable('ok' in there ? there.ok : null, answer.ok) } : { err: caseOf(answer.err) },
      otherwise: 'ok' in answer !== 'ok' in there,
      mails: mails.map(({ to }) => ({ to })),
      log,
      storeChanges: 'err' in answer && mails.length + log.length === 0 && this.#storage.commits !== commits,
    });
  }

  /** The kinds of the entries that the logs got. */
  #news(): string[] {
    const kinds: string[] = [];
    for (const [agency, after] of this.#read) {
      const answer = callByName(this.#clientdesk, 'audit.read', { call: { agency, actor: VIEWER }, after, limit: ENTRIES });
      const { entries } = ('ok' in answer ? answer.ok : { entries: [] }) as { entries: { kind: string }[] };
      kinds.push(...entries.map(({ kind }) => (agency === this.home ? kind : `${agency}: ${kind}`)));
      this.#read.set(agency, after + entries.length);
    }
    return kinds;
  }

  /** The whole story. */
  finish(): string {
    return storyOf(this.home, this.start, this.#steps, this.names);
  }
}

/** The arguments without what a call was quoted: that was signed for another store, and its price is the same anyway. */
function withoutQuote(args: Fields): Fields {
  const { quote: _, ...call } = args['call'] ?? {};
  return args['call'] ? { ...args, call } : args;
}

/** What of an answer is the same there and here; where nothing is, all of it, with forms for what is another each time. */
function stable(there: Json, here: Json): Json {
  if (!isObject(here) || Array.isArray(here)) return formed(here);
  const isPlain = (value: Json) => ['string', 'number', 'boolean'].includes(typeof value);
  const same = Object.entries(here).filter(([key, value]) => isPlain(value) && there?.[key] === value);
  return same.length > 0 ? Object.fromEntries(same) : formed(here);
}

const formed = (value: Json): Json => eachText(value, (text) => {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return '<id>';
  return /^[\w-]{32,}$/.test(text) ? '<token>' : text;
});

/** Which error it is. */
function caseOf(error: Json): Json {
  if (!isObject(error)) return error;
  const [kind = 'other', payload] = Object.entries(error)[0] ?? [];
  if (Array.isArray(payload)) return { [kind]: Object.fromEntries(payload.map(({ field, code }) => [field, code])) };
  const kept = isObject(payload) ? Object.entries(payload as Fields).filter(([key]) => ERROR_FIELDS.includes(key)) : [];
  return kept.length > 0 ? { [kind]: Object.fromEntries(kept) } : kind;
}
