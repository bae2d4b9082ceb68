// Cursors and tickets: only the host that gave one need understand it, since it may depend on the versions of rows.
import type { Json } from './recording.js';

type Fields = Record<string, Json>;

const IN_ANSWERS = ['next', 'ticket'];
const IN_ARGUMENTS = ['cursor', 'ticket'];

const isFields = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Which of them this host gave where others were recorded. */
export class Opaque {
  readonly #own = new Map<string, string>();

  /** A recorded answer with those of this host, from the same places of its answer, which are kept. */
  expected<T extends Json>(recorded: T, found: Json): T {
    if (Array.isArray(recorded) && Array.isArray(found)) return recorded.map((item, place) => this.expected(item, found[place])) as T;
    if (!isFields(recorded) || !isFields(found)) return recorded;
    return Object.fromEntries(Object.entries(recorded).map(([name, value]) => {
      const other = found[name];
      if (!IN_ANSWERS.includes(name) || typeof value !== 'string' || typeof other !== 'string') return [name, this.expected(value, other)];
      if (value !== other) this.#own.set(value, other);
      return [name, other];
    })) as T;
  }

  /** Recorded arguments with those of this host. */
  given(recorded: Fields): Fields {
    return Object.fromEntries(Object.entries(recorded).map(([name, value]) => {
      if (isFields(value)) return [name, this.given(value)];
      return [name, IN_ARGUMENTS.includes(name) && typeof value === 'string' ? this.#own.get(value) ?? value : value];
    }));
  }
}
