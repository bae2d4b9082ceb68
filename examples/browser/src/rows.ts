// Rows in IndexedDB: all of them in memory, where the component's calls find them at once, and every commit written through.
import { MemoryStorage } from '../../node/host/memory.js';
import type { Check, Outcome, Row, Write } from '../../node/src/ports.js';

/** The database: the component's rows, and what the page keeps for itself. */
export class Rows extends MemoryStorage {
  readonly #database: IDBDatabase;
  readonly #unsettled = new Set<Promise<void>>();
  /** Called when the browser couldn't write: from then on, what is seen isn't kept. */
  onFailure: (error: DOMException | null) => void = () => {};

  private constructor(database: IDBDatabase, rows: Row[]) {
    super(rows);
    this.#database = database;
  }

  static async open(name: string): Promise<Rows> {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('rows', { keyPath: 'key' });
      opening.result.createObjectStore('page');
    };
    const database = await done(opening);
    return new Rows(database, await done(database.transaction('rows').objectStore('rows').getAll()) as Row[]);
  }

  override commit(checks: Check[], writes: Write[]): Outcome {
    const outcome = super.commit(checks, writes);
    if (outcome.committed) this.#write(writes);
    return outcome;
  }

  /** One transaction a commit, in the order of the commits: IndexedDB never has half of one. */
  #write(writes: Write[]): void {
    const rows = this.#writing('rows');
    for (const { key } of writes) {
      const [row] = this.get([key]);
      if (row) rows.put(row);
      else rows.delete(key);
    }
  }

  /** A transaction on one of the stores, for which `settled` waits. */
  #writing(store: 'rows' | 'page'): IDBObjectStore {
    const transaction = this.#database.transaction(store, 'readwrite', { durability: 'strict' });
    const settling = new Promise<void>((resolve) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => {
        this.onFailure(transaction.error);
        resolve();
      };
    }).finally(() => this.#unsettled.delete(settling));
    this.#unsettled.add(settling);
    return transaction.objectStore(store);
  }

  /** Until the browser has all that was written so far: whoever leaves the page after that finds it again. */
  async settled(): Promise<void> {
    await Promise.all(this.#unsettled);
  }

  /** Something that the page keeps: its clock, its keys, its mails. */
  kept<T>(name: string): Promise<T | undefined> {
    return done(this.#database.transaction('page').objectStore('page').get(name)) as Promise<T | undefined>;
  }

  /** All of it whose names begin so, in the order of the names. */
  keptAll<T>(prefix: string): Promise<T[]> {
    const names = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return done(this.#database.transaction('page').objectStore('page').getAll(names)) as Promise<T[]>;
  }

  keep(name: string, value: unknown): void {
    this.#writing('page').put(value, name);
  }

  drop(name: string): void {
    this.#writing('page').delete(name);
  }

  /** Closes the database and deletes it. */
  async delete(): Promise<void> {
    this.#database.close();
    await done(indexedDB.deleteDatabase(this.#database.name));
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
