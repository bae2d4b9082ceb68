// What came of a fault: what was delayed, lost, and done twice.
import type { Desk } from './desk.js';
import { all } from './desk.js';
import type { Fate, Saying } from './mails.js';
import type { Breakage } from './store.js';
import type { Json } from './values.js';
import { spelled } from './values.js';

const PAGE = 200;

/** What came of it. */
interface Aftermath {
  /** Calls that were refused for it. */
  refused: number;
  /** Calls that met a fault and were done all the same. */
  absorbed: number;
  /** Mails that waited, and have gone out; and for how long, at most. */
  delayed: number;
  longest: number;
  /** Mails that still wait. */
  waiting: number;
  /** Mails that were given up, since somebody said so. */
  givenUp: number;
  /** What isn't there any more: mails, and entries of logs. */
  lost: number;
  /** Mails that went out twice. */
  repeated: number;
  /** What verifying the logs found. */
  flaws: string[];
}

/** What is known of a time in which something failed on demand. */
export interface Known {
  /** What failed. */
  store: boolean;
  conflicts: boolean;
  mail: boolean;
  since: number;
  until?: number;
  /** The last call before it, and the last within it. */
  before: number;
  last: number;
  /** The last entry of each agency's log before it. */
  heads: [agency: string, number: number][];
}

/** A time in which something failed on demand. */
export class Trial {
  constructor(readonly known: Known) {}

  /** One that begins now. */
  static begin(desk: Desk): Trial {
    const { clock, hearing } = desk.world;
    const heads = desk.agencies().map((id): [string, number] => [id, desk.ask('audit.head', id)?.number ?? 0]);
    return new Trial({ store: false, conflicts: false, mail: false, since: clock.millis, before: hearing.last, last: Infinity, heads });
  }

  get isOn(): boolean {
    return this.known.until === undefined;
  }

  /** Something more fails. */
  add(store: Breakage | undefined, saying: Saying): void {
    this.known.store ||= store === 'unavailable';
    this.known.conflicts ||= store === 'conflict';
    this.known.mail ||= saying !== 'accepted';
  }

  end({ world }: Desk): void {
    this.known.until = world.clock.millis;
    this.known.last = world.hearing.last;
  }

  /** As the page takes it. A store that is down can't say what came of it. */
  inJson(desk: Desk): Json {
    const { store, conflicts, mail, since, until } = this.known;
    const what = [store && 'the store was down', conflicts && 'others were quicker at every commit', mail && 'no mail was taken'].filter(Boolean).join(' and ');
    const found = this.isOn ? undefined : this.#aftermath(desk);
    const { refused, delayed, waiting, lost, repeated } = found ?? {};
    const times = { since: spelled(since), until: until === undefined ? null : spelled(until) };
    return { on: this.isOn, ...times, what, sentence: found ? sentence(found, what) : null, refused, delayed, waiting, lost, repeated };
  }

  #aftermath(desk: Desk): Aftermath {
    const found: Aftermath = { refused: 0, absorbed: 0, delayed: 0, longest: 0, waiting: 0, givenUp: 0, lost: 0, repeated: 0, flaws: [] };
    for (const call of desk.world.hearing.after(this.known.before)) {
      if (call.number > this.known.last || call.traces.faults === 0) continue;
      if ('ok' in call.outcome) found.absorbed += 1;
      else found.refused += 1;
    }
    const { fates } = desk.world.mail;
    const waiting = waitingMails(desk, fates);
    for (const [id, { refusedAt, takenAt, taken, givenUp }] of fates) {
      found.repeated += taken > 1 ? 1 : 0;
      found.givenUp += givenUp ? 1 : 0;
      if (refusedAt === undefined) continue;
      if (takenAt !== undefined) {
        found.delayed += 1;
        found.longest = Math.max(found.longest, takenAt - refusedAt);
      } else if (waiting.has(id)) {
        found.waiting += 1;
      } else if (!givenUp) {
        found.lost += 1;
      }
    }
    found.flaws = this.known.heads.map(([agency, head]) => flaw(desk, agency, head)).filter((it) => it !== undefined);
    found.lost += found.flaws.length;
    return found;
  }
}

/** The mails among these that wait in the outboxes. */
function waitingMails(desk: Desk, fates: Map<string, Fate>): Set<string> {
  const agencies = new Set([...fates.values()].map(({ agency }) => agency));
  const mails = [...agencies].flatMap((agency) => all(desk.clientdesk, 'jobs.outbox', agency, 'mails', PAGE));
  return new Set(mails.filter(({ delivery }) => delivery === 'queued').map(({ id }) => id));
}

/** What is wrong with an agency's log behind this entry; none: nothing. */
function flaw(desk: Desk, agency: string, head: number): string | undefined {
  const now = desk.ask('audit.head', agency)?.number;
  if (now === undefined || now === head) return undefined;
  if (now < head) return `the log of \`${agency}\` ended with ${head}, and ends with ${now}`;
  for (let start: number | null = Math.max(head + 1, 1); start !== null; ) {
    const found: Json = desk.ask('audit.verify', agency, { start });
    if (found?.flaw) return `\`${agency}\`: ${found.flaw.problem}`;
    start = found?.next ?? null;
  }
  return undefined;
}

const count = (number: number, what: string) => (number === 1 ? `one ${what}` : `${number} ${what}s`);

/** A duration in its largest whole unit. */
function duration(millis: number): string {
  const units: [number, string][] = [[86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute'], [1_000, 'second']];
  const [unit, word] = units.find(([size]) => millis >= size) ?? [];
  return unit && word ? count(Math.floor(millis / unit), word) : 'less than a second';
}

/** All of it in one sentence. */
function sentence({ refused, absorbed, delayed, longest, waiting, givenUp, lost, repeated, flaws }: Aftermath, what: string): string {
  const parts = [
    refused > 0 && `${count(refused, 'call')} ${refused === 1 ? 'was refused, and it' : 'were refused, and they'} left nothing behind`,
    absorbed > 0 && `${count(absorbed, 'call')} came through all the same`,
    delayed > 0 && `${count(delayed, 'mail')} came late, by ${duration(longest)} at most`,
    waiting > 0 && `${count(waiting, 'mail')} still ${waiting === 1 ? 'waits' : 'wait'} for the next try`,
    givenUp > 0 && `${count(givenUp, 'mail')} ${givenUp === 1 ? 'was' : 'were'} given up, as the mail server said`,
  ].filter(Boolean);
  if (parts.length === 0) parts.push('nothing was delayed');
  parts.push(lost === 0 ? 'nothing was lost' : `${lost} lost (${flaws.join('; ')})`);
  return `While ${what}: ${parts.join('; ')}; and ${repeated === 0 ? 'nothing was done twice' : `${count(repeated, 'mail')} went out twice`}.`;
}
