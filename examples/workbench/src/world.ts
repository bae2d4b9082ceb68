// The world that the component works in here: rows of this browser, a clock that goes on from the sample's end, mails
// that nobody gets, and keys that lie beside the rows, which is good enough for what is tried out.
import { zoneOffset } from '../../node/host/clock.js';
import type { Clock, Host, Key, Message, Secrets } from '../../node/src/ports.js';
import { Rows } from '../../browser/src/rows.js';
import type { Heard } from './hearing.js';
import { Hearing } from './hearing.js';
import type { Fate, Saying } from './mails.js';
import { KeptMail } from './mails.js';
import type { Breakage } from './store.js';
import { SwitchedStorage } from './store.js';
import type { Known } from './trial.js';

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

/** What fails on demand, and what came of it so far. */
interface Faults {
  store: Breakage | undefined;
  mail: Saying;
  fates: Map<string, Fate>;
  trial: Known | undefined;
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
  /** The time in which something failed on demand, if there was one. */
  trial: Known | undefined;

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
    const noted = () => world.trial && world.keepFaults(world.trial);
    const mail = new KeptMail(mails, hearing, () => clock.millis, (one) => rows.keep(`mail/${one.id}`, one), (id) => rows.drop(`mail/${id}`), noted);
    const secrets = new RotatedSecrets(rows, (await rows.kept<Key[]>('keys')) ?? []);
    const world = new World(rows, hearing, new SwitchedStorage(rows, hearing), clock, mail, secrets);
    world.#fail(await rows.kept<Faults>('faults'));
    return world;
  }

  /** Goes on failing as it did when the page was left. */
  #fail(faults: Faults | undefined): void {
    if (!faults) return;
    this.storage.how = faults.store;
    this.mail.saying = faults.mail;
    this.trial = faults.trial;
    for (const [id, fate] of faults.fates) this.mail.fates.set(id, fate);
  }

  /** Keeps what fails, and what came of it, for when the page is loaded again. */
  keepFaults(trial: Known | undefined): void {
    this.trial = trial;
    this.rows.keep('faults', { store: this.storage.how, mail: this.mail.saying, fates: this.mail.fates, trial } satisfies Faults);
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
