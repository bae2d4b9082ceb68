// The store, with a switch that makes it fail, and an ear for what each call writes.
import type { Check, Outcome, Page, Row, Storage, Write } from '../../node/src/ports.js';
import type { Hearing } from './hearing.js';

/** How a store fails: it can't answer, or at every commit somebody else was quicker. */
export type Breakage = 'unavailable' | 'conflict';

export class SwitchedStorage implements Storage {
  /** How it fails now. */
  how: Breakage | undefined;

  /** `below` never fails on demand. */
  constructor(readonly below: Storage, private readonly hearing: Hearing) {}

  get(keys: string[]): (Row | undefined)[] {
    this.#answers();
    return this.below.get(keys);
  }

  scan(start: string, end: string, limit: number, reverse: boolean): Page {
    this.#answers();
    return this.below.scan(start, end, limit, reverse);
  }

  commit(checks: Check[], writes: Write[]): Outcome {
    this.#answers();
    const outcome: Outcome = this.how === 'conflict' ? { committed: false, conflicts: checks.map(({ key }) => key) } : this.below.commit(checks, writes);
    this.hearing.note((traces) => {
      if (!outcome.committed) {
        traces.faults += 1;
        return;
      }
      traces.commits += 1;
      for (const { key } of writes) {
        const [first, agency] = key.split('/'); // an agency's rows begin with `a/` and its id
        if (first === 'a' && agency) traces.agencies.add(agency);
      }
    });
    return outcome;
  }

  scrub(): void {
    this.#answers();
    this.below.scrub?.();
  }

  #answers(): void {
    if (this.how !== 'unavailable') return;
    this.hearing.note((traces) => { traces.faults += 1; });
    throw new Error('the workbench says: unavailable');
  }
}
