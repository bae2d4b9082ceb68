// A store in memory: an ordered map.
import type { Check, Outcome, Page, Row, Storage, Write } from '../src/ports.js';

/** Rows in memory, by key. */
export class MemoryStorage implements Storage {
  readonly #rows = new Map<string, Row>();
  /** The keys of the rows, in order. */
  readonly #keys: string[] = [];
  #version = 0;

  constructor(rows: Iterable<Row> = []) {
    for (const row of rows) {
      this.#version = Math.max(this.#version, row.version);
      this.#rows.set(row.key, row);
    }
    this.#keys = [...this.#rows.keys()].sort();
  }

  get(keys: string[]): (Row | undefined)[] {
    return keys.map((key) => this.#rows.get(key));
  }

  scan(start: string, end: string, limit: number, reverse: boolean): Page {
    const [from, to] = [this.#place(start), this.#place(end)];
    const more = to - from > limit;
    if (reverse) {
      const keys = this.#keys.slice(Math.max(from, to - limit), Math.max(from, to)).reverse();
      return { rows: this.#all(keys), next: more ? keys.at(-1) ?? end : undefined };
    }
    const keys = this.#keys.slice(from, Math.min(to, from + limit));
    return { rows: this.#all(keys), next: more ? this.#keys[from + limit] : undefined };
  }

  commit(checks: Check[], writes: Write[]): Outcome {
    const conflicts = checks.filter(({ key, version }) => this.#rows.get(key)?.version !== version).map(({ key }) => key);
    if (conflicts.length > 0) return { committed: false, conflicts };
    this.#version += 1;
    for (const { key, value } of writes) {
      const isThere = this.#rows.has(key);
      if (value === undefined) {
        if (isThere) this.#keys.splice(this.#place(key), 1);
        this.#rows.delete(key);
      } else {
        if (!isThere) this.#keys.splice(this.#place(key), 0, key);
        this.#rows.set(key, { key, value, version: this.#version });
      }
    }
    return { committed: true, conflicts: [] };
  }

  #all(keys: string[]): Row[] {
    return keys.map((key) => this.#rows.get(key)).filter((row) => row !== undefined);
  }

  /** Where a key is in order, or would be. */
  #place(key: string): number {
    let [from, to] = [0, this.#keys.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#keys[middle] ?? '') < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
