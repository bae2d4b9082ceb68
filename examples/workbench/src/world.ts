// The world that the component works in here: rows of this browser, a clock that goes on from the sample's end, mails
// that nobody gets, and keys that lie beside the rows, which is good enough for what is tried out.
import { zoneOffset } from '../../node/host/clock.js';
import type { Clock, Host, Key, Message, Secrets } from '../../node/src/ports.js';
import { Rows } from '../../browser/src/rows.js';
import type { Heard } from './hearing.js';
import { Hearing } from './hearing.js';
import { KeptMail } from './mails.js';
import { SwitchedStorage } from './store.js';

/** What `tools/sample.js` took from a service with a workbench. */
interface Sample {
  /** When it was taken. */
  at: number;
  keys: { id: string; bytes: string }[];
  rows: [key: string, value: string][];
  mails: Message[];
}

/** Where the clock began, and when that was. */
interface Beginning {
  at: number;
  opened: number;
}

const ROWS_AT_ONCE = 1_000;
const LATEST = 253_402_300_799_999;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const numbered = (call: Heard) => `call/${String(call.number).padStart(12, '0')}`;

/** The time of the sample, going on as this machine's does, and so many milliseconds ahead. */
export class ShiftedClock implements Clock {
  constructor(private readonly rows: Rows, private readonly began: Beginning, public ahead: number) {}

  get real(): number {
    return this.began.at + Math.max(0, Date.now() - this.began.opened);
  }

  get millis(): number {
    return Math.min(this.real + this.ahead, LATEST);
  }

  now(): Date {
    return new Date(this.millis);
  }

  offset(zone: string, at: Date): number | undefined {
    return zoneOffset(zone, at);
  }

  shift(ahead: number): void {
    this.ahead = ahead;
    this.rows.keep('ahead', ahead);
  }
}

/** Keys that can be rotated. */
class RotatedSecrets implements Secrets {
  constructor(private readonly rows: Rows, private ring: Key[]) {}

  random(length: number): Uint8Array {
    return random(length);
  }

  keys(): Key[] {
    return this.ring;
  }

  /** Puts a new key in front, and gives its id. */
  rotate(): string {
    const id = `k-${[...random(4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    this.ring = [{ id, bytes: random(32) }, ...this.ring];
    this.rows.keep('keys', this.ring);
    return id;
  }
}

export class World implements Host {
  private constructor(
    readonly rows: Rows,
    readonly hearing: Hearing,
    readonly storage: SwitchedStorage,
    readonly clock: ShiftedClock,
    readonly mail: KeptMail,
    readonly secrets: RotatedSecrets,
  ) {}

  /** What this browser keeps under a name; where it keeps nothing, the sample at an address. */
  static async open(name: string, sample: URL): Promise<World> {
    const rows = await Rows.open(name);
    if (!(await rows.kept('began'))) await take(rows, await (await fetch(sample)).json());
    const began = await rows.kept<Beginning>('began');
    const clock = new ShiftedClock(rows, began ?? { at: Date.now(), opened: Date.now() }, (await rows.kept<number>('ahead')) ?? 0);
    const hearing = new Hearing(await rows.keptAll<Heard>('call/'), (call) => rows.keep(numbered(call), call), (call) => rows.drop(numbered(call)));
    const mails = await rows.keptAll<Message>('mail/');
    const mail = new KeptMail(mails, hearing, () => clock.millis, (one) => rows.keep(`mail/${one.id}`, one), (id) => rows.drop(`mail/${id}`));
    const secrets = new RotatedSecrets(rows, (await rows.kept<Key[]>('keys')) ?? []);
    return new World(rows, hearing, new SwitchedStorage(rows, hearing), clock, mail, secrets);
  }
}

/** Fills new rows with a sample. What it began with is kept last: half of it is none. */
async function take(rows: Rows, { at, keys, rows: sampled, mails }: Sample): Promise<void> {
  const writes = sampled.map(([key, value]) => ({ key, value }));
  for (let from = 0; from < writes.length; from += ROWS_AT_ONCE) rows.commit([], writes.slice(from, from + ROWS_AT_ONCE));
  for (const mail of mails) rows.keep(`mail/${mail.id}`, mail);
  rows.keep('keys', keys.map(({ id, bytes }) => ({ id, bytes: Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)) })));
  rows.keep('began', { at, opened: Date.now() });
  await rows.kept('began');
}
