// The component on the world of this page, called by names; and who hears of it.
import type { Answer } from '../../node/player/by-name.js';
import { callByName, functionOf } from '../../node/player/by-name.js';
import type { Clientdesk, Modules } from '../../node/src/clientdesk.js';
import { open } from '../../node/src/clientdesk.js';
import type { Storage } from '../../node/src/ports.js';
import { Refused } from './problem.js';
import type { Fields, Json } from './values.js';
import type { World } from './world.js';

const JOBS_AT_ONCE = 500;
const RUNS_MAX = 1_000;

/** What jobs have done. */
export interface Ran {
  done: number;
  failed: number;
}

/** Calls a function; gives its answer, or nothing where it doesn't give any. */
export type Ask = (name: string, args: Fields) => Json;

/** Who looks on. */
export const LOOKING = { id: 'workbench', name: 'Workbench', role: 'owner' };

/** What a function of an agency's answers the workbench; none: it doesn't. */
export function ask(clientdesk: Clientdesk, name: string, agency: string, args: Fields = {}): Json {
  const answer = callByName(clientdesk, name, { call: { agency, actor: LOOKING }, ...args });
  return 'ok' in answer ? answer.ok : undefined;
}

/** All that a list has: `field` is what a page calls it. */
export function all(clientdesk: Clientdesk, name: string, agency: string, field: string, limit: number): Json[] {
  const found: Json[] = [];
  for (let cursor: Json = null; ; ) {
    const page = ask(clientdesk, name, agency, { page: { limit, cursor } });
    found.push(...(page?.[field] ?? []));
    cursor = page?.next ?? null;
    if (cursor === null) return found;
  }
}

export class Desk {
  readonly clientdesk: Clientdesk;
  readonly #listeners = new Set<() => void>();

  constructor(readonly modules: Modules, readonly world: World) {
    this.clientdesk = open(modules, world);
  }

  /** Calls a function unheard. */
  call(name: string, args: Fields = {}): Answer {
    return callByName(this.clientdesk, name, args);
  }

  /** Calls a function, so that whoever listens hears it; gives its answer. */
  heard(name: string, args: Fields): Json {
    const found = functionOf(name);
    if (!found) throw Refused.noSuchPlace(`there is no function \`${name}\``);
    const unknown = Object.keys(args).find((given) => !found.func.params.some((param) => param.name === given));
    if (unknown !== undefined) throw Refused.argument(unknown, 'unknown', `there is no such argument; there are ${found.func.params.map((param) => param.name).join(', ')}`);
    const answer = this.world.hearing.hear(this.world.clock.millis, name, args, () => this.call(name, args));
    if ('err' in answer) throw Refused.by(answer.err);
    return answer.ok;
  }

  ask(name: string, agency: string, args: Fields = {}): Json {
    return ask(this.clientdesk, name, agency, args);
  }

  /** The ids of all agencies. */
  agencies(): string[] {
    const found: string[] = [];
    for (let cursor: Json = null; ; ) {
      const answer = this.call('agencies.list', { page: { limit: 100, cursor } });
      if (!('ok' in answer)) return found;
      const { agencies, next } = answer.ok as { agencies: { id: string }[]; next: Json };
      found.push(...agencies.map(({ id }) => id));
      cursor = next;
      if (cursor === null) return found;
    }
  }

  /** Runs what is due until nothing moves. */
  runJobs(): Ran {
    const ran = { done: 0, failed: 0 };
    for (let runs = 0; runs < RUNS_MAX; runs += 1) {
      const { done, failed, more } = this.heard('jobs.run', { limit: JOBS_AT_ONCE });
      ran.done += done;
      ran.failed += failed;
      if (!more || done + failed === 0) break;
    }
    return ran;
  }

  /** The component on other rows, in the same world otherwise. */
  onRows(storage: Storage): Clientdesk {
    return open(this.modules, { storage, mail: { send: () => ({ tag: 'accepted' }) }, clock: this.world.clock, secrets: this.world.secrets });
  }

  /** Says that something may have changed. */
  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
