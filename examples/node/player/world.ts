// The world of a recording: it says to the component what was said then, and notes whatever the component asks otherwise.
import { zoneOffset } from '../host/clock.js';
import type { Check, Host, Key, Message, Outcome, Page, Row, Storage, Write } from '../src/ports.js';
import { TooLargeError } from '../src/ports.js';
import { difference } from '../tools/json.js';
import type { OddCall, RecordedKey, Step } from './recording.js';

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));

export class World implements Host {
  readonly #rows: Storage;
  #step: Step = { call: '', arguments: {}, now: 0 };
  #keys: Key[] = [];
  #asked = { storage: 0, odd: 0, random: 0, mail: 0, forgotten: 0, offsets: 0 };
  /** What was asked otherwise than then. */
  problems: string[] = [];
  /** How often this engine's time zones say something else than those of the recording. */
  otherZones = 0;

  constructor(rows: Storage, keys: RecordedKey[]) {
    this.#rows = rows;
    this.#take(keys);
  }

  #take(keys: RecordedKey[]): void {
    this.#keys = keys.map(({ id, bytes }) => ({ id, bytes: bytesOf(bytes) }));
  }

  /** Makes the world what it was at a step. */
  begin(step: Step): void {
    this.#step = step;
    this.#asked = { storage: 0, odd: 0, random: 0, mail: 0, forgotten: 0, offsets: 0 };
    this.problems = [];
    if (step.keys) this.#take(step.keys);
    const writes = (step.set ?? []).map(([key, value]) => ({ key, value: value ?? undefined }));
    for (let from = 0; from < writes.length; from += 50) this.#rows.commit([], writes.slice(from, from + 50));
  }

  /** Notes what was asked then and not now. */
  end(): void {
    const { storage = [], random = [], mail = [], forgotten = [], offsets = [] } = this.#step;
    const told = { odd: storage.length, random: random.length, mail: mail.length, forgotten: forgotten.length, offsets: offsets.length };
    for (const [what, count] of Object.entries(told)) {
      const asked = this.#asked[what as keyof typeof told];
      if (asked < count) this.problems.push(`${what}: asked ${asked} times instead of ${count}`);
    }
  }

  /** Every row but the host's own, in order. */
  rows(): [string, string][] {
    return [...this.#between('!', 'host/'), ...this.#between('host0', '\x7f')];
  }

  #between(start: string, end: string): [string, string][] {
    const { rows, next } = this.#rows.scan(start, end, 1_000, false);
    const these = rows.map(({ key, value }): [string, string] => [key, value]);
    return next === undefined ? these : [...these, ...this.#between(next, end)];
  }

  /** The next thing of a list that was recorded. */
  #next<T>(what: 'random' | 'mail' | 'forgotten' | 'offsets', list: T[] | undefined): T {
    const found = list?.[this.#asked[what]++];
    if (found === undefined) {
      this.problems.push(`${what}: asked more than ${list?.length ?? 0} times`);
      throw new Error('it was never asked for this');
    }
    return found;
  }

  #compare(what: string, expected: unknown, found: unknown): void {
    const differs = difference(expected, found, what);
    if (differs) this.problems.push(differs);
  }

  /** A call of storage: the plain work, or what was recorded of it. */
  #stored<T>(operation: string, work: () => T, told: (answer: never) => T): T {
    this.#asked.storage += 1;
    const odd = this.#step.storage?.find(({ nth }) => nth === this.#asked.storage);
    if (!odd) return work();
    this.#asked.odd += 1;
    this.#compare('storage', odd.operation, operation);
    if (odd.applied) work();
    return answered(odd, told);
  }

  readonly storage = {
    get: (keys: string[]): (Row | undefined)[] =>
      this.#stored('get', () => this.#rows.get(keys), (rows: (Row | null)[]) => rows.map((row) => row ?? undefined)),
    scan: (start: string, end: string, limit: number, reverse: boolean): Page =>
      this.#stored('scan', () => this.#rows.scan(start, end, limit, reverse), (page: { entries: Row[]; next: string | null }) => ({
        rows: page.entries,
        next: page.next ?? undefined,
      })),
    commit: (checks: Check[], writes: Write[]): Outcome =>
      this.#stored('commit', () => this.#rows.commit(checks, writes), (outcome: Outcome) => outcome),
    scrub: (): void => this.#stored('scrub', () => this.#rows.scrub?.(), () => undefined),
  };

  readonly mail = {
    send: (message: Message) => {
      const then = this.#next('mail', this.#step.mail);
      const { id, agency, senderName, replyTo = null, to, subject, text, html, kind } = message;
      this.#compare('mail', then.message, { id, agency, 'sender-name': senderName, 'reply-to': replyTo, to, subject, text, html, kind });
      if (typeof then.answer === 'string') return { tag: 'accepted' as const };
      const [tag, val] = Object.entries(then.answer)[0] ?? ['never', ''];
      return { tag: tag as 'try-later' | 'never', val };
    },
    forget: (ids: string[]) => this.#compare('forgotten', this.#next('forgotten', this.#step.forgotten), ids),
  };

  readonly clock = {
    now: () => new Date(this.#step.now),
    offset: (zone: string, at: Date) => {
      const [thenZone, thenAt, seconds] = this.#next('offsets', this.#step.offsets);
      this.#compare('offsets', [thenZone, thenAt], [zone, at.getTime()]);
      if (zoneOffset(zone, at) !== (seconds ?? undefined)) this.otherZones += 1;
      return seconds ?? undefined;
    },
  };

  readonly secrets = {
    random: (length: number) => {
      const bytes = bytesOf(this.#next('random', this.#step.random));
      this.#compare('random', bytes.length, length);
      return bytes;
    },
    keys: () => this.#keys,
  };
}

function answered<T>({ answer }: OddCall, told: (answer: never) => T): T {
  if (!answer.err) return told(answer.ok as never);
  const [kind, text] = Object.entries(answer.err)[0] ?? ['', ''];
  throw kind === 'too-large' ? new TooLargeError(text) : new Error(text);
}
