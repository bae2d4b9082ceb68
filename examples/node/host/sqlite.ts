// A store in an SQLite file, laid out as the command line's: both can work on one file.
import Database from 'better-sqlite3';

import type { Check, Outcome, Page, Row, Storage, Write } from '../src/ports.js';

const TABLES = `
  CREATE TABLE entries (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE versions (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), next INTEGER NOT NULL) STRICT;
  INSERT INTO versions (id, next) VALUES (1, 1);
  PRAGMA application_id = 0x434c444b;
  PRAGMA user_version = 1`;

/** Rows in a file. */
export class SqliteStorage implements Storage {
  readonly #database: Database.Database;
  readonly #get: Database.Statement<[string], Row>;
  readonly #scans: Record<'up' | 'down', Database.Statement<[string, string, number], Row>>;
  readonly #getAll: (keys: string[]) => (Row | undefined)[];
  readonly #commit: Database.Transaction<(checks: Check[], writes: Write[]) => Outcome>;

  constructor(path: string) {
    const database = new Database(path, { timeout: 5_000 });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('secure_delete = ON');
    const isNew = () => database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    database.transaction(() => isNew() && database.exec(TABLES)).immediate();
    if (database.pragma('application_id', { simple: true }) !== 0x434c444b || database.pragma('user_version', { simple: true }) !== 1) {
      throw new Error(`${path} isn't a store that this release knows`);
    }
    const range = 'SELECT key, value, version FROM entries WHERE key >= ? AND key < ? ORDER BY key';
    this.#database = database;
    this.#get = database.prepare<[string], Row>('SELECT key, value, version FROM entries WHERE key = ?');
    const scan = (order: string) => database.prepare<[string, string, number], Row>(`${range} ${order} LIMIT ?`);
    this.#scans = { up: scan('ASC'), down: scan('DESC') };
    this.#getAll = database.transaction((keys: string[]) => keys.map((key) => this.#get.get(key)));
    const put = database.prepare('INSERT INTO entries (key, value, version) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version');
    const remove = database.prepare('DELETE FROM entries WHERE key = ?');
    const nextVersion = database.prepare<[], number>('UPDATE versions SET next = next + 1 WHERE id = 1 RETURNING next - 1').pluck();
    this.#commit = database.transaction((checks: Check[], writes: Write[]): Outcome => {
      const conflicts = checks.filter(({ key, version }) => this.#get.get(key)?.version !== version).map(({ key }) => key);
      if (conflicts.length > 0) return { committed: false, conflicts };
      const version = nextVersion.get();
      for (const { key, value } of writes) value === undefined ? remove.run(key) : put.run(key, value, version);
      return { committed: true, conflicts: [] };
    });
  }

  get(keys: string[]): (Row | undefined)[] {
    return this.#getAll(keys);
  }

  scan(start: string, end: string, limit: number, reverse: boolean): Page {
    const rows = this.#scans[reverse ? 'down' : 'up'].all(start, end, limit + 1);
    const further = rows.length > limit ? rows.pop() : undefined;
    if (reverse) return { rows, next: further && (rows.at(-1)?.key ?? end) };
    return { rows, next: further?.key };
  }

  commit(checks: Check[], writes: Write[]): Outcome {
    return this.#commit.immediate(checks, writes); // the lock comes first, so that what is checked can't change
  }

  /** Deleted rows are overwritten as they go; copies of them are left in the write-ahead log only. */
  scrub(): void {
    const [{ busy } = { busy: 1 }] = this.#database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (busy) throw new Error('others are reading the store; try again');
  }

  close(): void {
    this.#database.close();
  }
}
