// The clock, the faults, the jobs and the keys.
import type { Desk, Ran } from './desk.js';
import type { Saying } from './mails.js';
import { SAYINGS } from './mails.js';
import { Refused } from './problem.js';
import type { Breakage } from './store.js';
import { Trial } from './trial.js';
import type { Fields, Json } from './values.js';
import { spellAnswer, spelled } from './values.js';

const DAY = 86_400_000;
/** How many times jobs are run on the way, when the clock moves far. */
const STOPS_MAX = 60;

export class Bench {
  #trial: Trial | undefined;

  constructor(private readonly desk: Desk) {
    const { trial } = desk.world;
    if (trial) this.#trial = new Trial(trial);
  }

  state(): Json {
    const { clock, storage, mail, hearing } = this.desk.world;
    const status = this.desk.call('system.status');
    return {
      now: spelled(clock.millis),
      real: spelled(clock.real),
      ahead: clock.ahead,
      store: storage.how ?? null,
      mail: mail.saying,
      trial: this.#trial?.inJson(this.desk) ?? null,
      status: 'ok' in status ? spellAnswer('system.status', status.ok) : null,
      calls: hearing.last,
      'can-rotate': true,
    };
  }

  /** Where the clock goes: `{ by }`, `{ to }`, `{ ahead }`, `next-due` or `back`. */
  move(how: Json): Json {
    const { clock } = this.desk.world;
    if (how === 'back') return this.#back();
    const next = how === 'next-due' ? this.#nextDue() : undefined;
    const to = next ?? ('by' in how ? clock.millis + how.by : 'ahead' in how ? clock.real + how.ahead : Date.parse(how.to));
    const ahead = to - clock.real;
    // The time goes on meanwhile: a moment is no step back.
    if (!(ahead >= clock.ahead) && next === undefined) throw Refused.malformed('the clock only goes on; `back` takes it to the real time');
    const ran = this.#moveTo(Math.max(ahead, clock.ahead));
    return { state: this.state(), ...ran, 'due-at': next === undefined ? null : spelled(next) };
  }

  #nextDue(): number {
    const status = this.desk.call('system.status');
    if ('err' in status) throw Refused.by(status.err);
    const next = (status.ok as Fields)['next-due'];
    if (next === null) throw Refused.malformed('nothing falls due');
    return Math.max(next, this.desk.world.clock.millis);
  }

  /** Moves the clock so far ahead of the real one, and runs what falls due, day by day. */
  #moveTo(ahead: number): Ran {
    const { clock } = this.desk.world;
    const step = Math.max(DAY, Math.floor((ahead - clock.ahead) / STOPS_MAX));
    const ran = { done: 0, failed: 0 };
    while (clock.ahead < ahead) {
      clock.shift(Math.min(clock.ahead + step, ahead));
      const more = this.desk.runJobs();
      ran.done += more.done;
      ran.failed += more.failed;
    }
    return ran;
  }

  /** To the real time: agencies that were taken along come back, too. */
  #back(): Json {
    this.desk.world.clock.shift(0);
    let back = 0;
    for (const agency of this.desk.agencies()) {
      const answer = this.desk.call('agencies.reset-clock', { id: agency });
      if ('err' in answer) throw Refused.by(answer.err);
      const { was, now } = answer.ok as { was: number; now: number };
      back += was > now ? 1 : 0;
    }
    return { state: this.state(), 'agencies-back': back };
  }

  /** From here on, store and mails fail this way. What comes of it is counted from the first fault on. */
  faults({ store, mail = 'accepted' }: { store?: Breakage; mail?: Saying }): Json {
    const { world } = this.desk;
    saying(mail);
    const isCalm = !store && mail === 'accepted';
    if (!isCalm && !this.#trial?.isOn) {
      world.mail.fates.clear();
      this.#trial = Trial.begin(this.desk);
    }
    if (isCalm && this.#trial?.isOn) this.#trial.end(this.desk);
    else if (!isCalm) this.#trial?.add(store, mail);
    world.mail.saying = mail;
    world.storage.how = store;
    world.keepFaults(this.#trial?.known);
    if (!store) this.desk.runJobs(); // what waited goes on at once, as far as it is due
    return this.state();
  }

  jobs(): Json {
    const ran = this.desk.runJobs();
    return { state: this.state(), ...ran };
  }

  rotate(): Json {
    return { key: this.desk.world.secrets.rotate(), state: this.state() };
  }
}

export function saying(word: string): Saying {
  const found = SAYINGS.find((known) => known === word);
  if (!found) throw Refused.malformed('say `accepted`, `try-later` or `never`');
  return found;
}
