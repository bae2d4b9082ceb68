// What calls were made and what came of each, for whoever looks on.
import type { Answer } from '../../node/player/by-name.js';
import type { Handover, Message } from '../../node/src/ports.js';
import type { Fields } from './values.js';

const CALLS_MAX = 2_000;
/** What is asked for again and again: it is told where it did something. */
const JOBS = 'jobs.run';

/** What a call left behind. */
export interface Traces {
  commits: number;
  /** The agencies whose rows were written. */
  agencies: Set<string>;
  /** The mails that were handed over, and what was said to them. */
  mails: [Message, Handover][];
  /** How many requests to the store failed on demand. */
  faults: number;
}

/** A call, and what came of it. Times are numbers. */
export interface Heard {
  /** The first one is 1. */
  number: number;
  at: number;
  function: string;
  arguments: Fields;
  outcome: Answer;
  micros: number;
  traces: Traces;
}

export class Hearing {
  #calls: Heard[];
  #traces: Traces | undefined;

  /** Goes on behind the calls of before; `keep` and `drop` see to it that they outlast the page. */
  constructor(before: Heard[], private readonly keep: (call: Heard) => void, private readonly drop: (call: Heard) => void) {
    this.#calls = before;
  }

  /** The number of the last call; 0: there was none. */
  get last(): number {
    return this.#calls.at(-1)?.number ?? 0;
  }

  /** The calls after this one, the oldest first. */
  after(number: number): Heard[] {
    return this.#calls.filter((call) => call.number > number);
  }

  /** Adds to what the call that runs leaves behind. */
  note(add: (traces: Traces) => void): void {
    if (this.#traces) add(this.#traces);
  }

  /** Makes a call, and remembers it. */
  hear(at: number, name: string, args: Fields, call: () => Answer): Answer {
    const traces: Traces = { commits: 0, agencies: new Set(), mails: [], faults: 0 };
    const outer = this.#traces;
    this.#traces = traces;
    const began = performance.now();
    const outcome = call();
    const micros = Math.round((performance.now() - began) * 1_000);
    this.#traces = outer;
    if (name !== JOBS || traces.agencies.size > 0 || traces.faults > 0) {
      this.#add({ number: this.last + 1, at, function: name, arguments: args, outcome, micros, traces });
    }
    return outcome;
  }

  #add(call: Heard): void {
    this.#calls.push(call);
    this.keep(call);
    if (this.#calls.length <= CALLS_MAX) return;
    const [oldest] = this.#calls.splice(0, 1);
    if (oldest) this.drop(oldest);
  }

  /** Forgets what mails with these ids said: somebody whom they are about was erased. */
  forget(ids: string[]): void {
    for (const call of this.#calls) {
      const kept = call.traces.mails.filter(([mail]) => !ids.includes(mail.id));
      if (kept.length === call.traces.mails.length) continue;
      call.traces.mails = kept;
      this.keep(call);
    }
  }
}
