// What a host gives the component: four small interfaces, and how they are handed in.
import type { ImportObject } from '../generated/component/clientdesk.js';
import type { Handover, Message } from '../generated/component/interfaces/clientdesk-host-mail.js';
import { acceptCommit, acceptKeys } from './limits.js';

export type { Handover, Message };

/** A stored row. */
export interface Row {
  /** Printable ASCII, at most 512 bytes; compared byte by byte. */
  key: string;
  /** JSON text, to be given back byte for byte. */
  value: string;
  /** Another at each write, and never used twice for a key, not even after the key was deleted. */
  version: number;
}

/** A condition of a commit: the version that a key must still have; none: it must not exist. */
export interface Check {
  key: string;
  version: number | undefined;
}

/** A change of a commit: a key's new value; none: the key is deleted. */
export interface Write {
  key: string;
  value: string | undefined;
}

/** Some rows of a scan. */
export interface Page {
  rows: Row[];
  /** The `start` of the next scan, or the `end` of the next reverse one; none: there are no more rows. */
  next?: string | undefined;
}

/** What became of a commit. */
export interface Outcome {
  committed: boolean;
  /** The keys whose checks failed. */
  conflicts: string[];
}

/** An ordered key-value store with one atomic commit. What it throws tells the component that the store is unavailable. */
export interface Storage {
  /** A row or none for each key, in the same order. */
  get(keys: string[]): (Row | undefined)[];
  /** At most `limit` rows from `start` (inclusive) to `end` (exclusive), by key, or backwards from `end`. */
  scan(start: string, end: string, limit: number, reverse: boolean): Page;
  /** Makes all writes, atomically and durably, if every check holds; else none. */
  commit(checks: Check[], writes: Write[]): Outcome;
  /** Sees to it that what was deleted can't be found in the store's files any more. */
  scrub?(): void;
}

/** Takes mails and sees to their delivery. What `send` throws means: try again later. */
export interface Mail {
  send(message: Message): Handover;
  /** Deletes what the host kept of these mails. */
  forget?(ids: string[]): void;
}

/** Tells the time. */
export interface Clock {
  now(): Date;
  /** How many seconds the clocks of a time zone are ahead of UTC at a time; none: the zone isn't known. */
  offset?(zone: string, at: Date): number | undefined;
}

/** A key of the ring: 32 secret bytes. */
export interface Key {
  id: string;
  bytes: Uint8Array;
}

/** Random bytes, and keys that are kept outside the store. */
export interface Secrets {
  random(length: number): Uint8Array;
  /** Newest first. What it throws tells the component why there are none now. */
  keys(): Key[];
}

/** Everything that the component needs, and all that it can touch. */
export interface Host {
  storage: Storage;
  mail: Mail;
  clock: Clock;
  secrets: Secrets;
}

/** Thrown by a store for what exceeds a limit, which trying again doesn't help. */
export class TooLargeError extends Error {}

/** The host as the component imports it. */
export function imports({ storage, mail, clock, secrets }: Host): ImportObject {
  const entry = (row: Row | undefined) => row && { key: row.key, value: row.value, version: BigInt(row.version) };
  return named({
    'clientdesk:host/storage': {
      get: (keys) => failing(storageError, () => {
        acceptKeys(keys);
        return storage.get(keys).map(entry);
      }),
      scan: (start, end, limit, reverse) => failing(storageError, () => {
        const { rows, next } = storage.scan(start, end, limit, reverse);
        return { entries: rows.map((row) => ({ key: row.key, value: row.value, version: BigInt(row.version) })), next };
      }),
      commit: (checks, writes) => failing(storageError, () => {
        acceptCommit(checks, writes);
        const plain = checks.map(({ key, version }) => ({ key, version: version === undefined ? undefined : Number(version) }));
        return storage.commit(plain, writes.map(({ key, value }) => ({ key, value })));
      }),
      scrub: () => failing(storageError, () => storage.scrub?.()),
    },
    'clientdesk:host/mail': {
      send: (message) => {
        try {
          return mail.send(message);
        } catch (error) {
          return { tag: 'try-later', val: told(error) };
        }
      },
      forget: (ids) => failing(told, () => mail.forget?.(ids)),
    },
    'clientdesk:host/clock': {
      now: () => BigInt(clock.now().getTime()),
      offset: (zone, at) => clock.offset?.(zone, new Date(Number(at))),
    },
    'clientdesk:host/secrets': {
      random: (length) => secrets.random(length),
      keys: () => failing(told, () => secrets.keys()),
    },
  });
}

type Unversioned<T> = { [Name in keyof T as Name extends `${infer Short}@${string}` ? Short : never]: T[Name] };

/** The component asks for its imports by their names without a version, whatever the types say. */
function named(found: Unversioned<ImportObject>): ImportObject {
  return found as unknown as ImportObject;
}

const told = (error: unknown) => (error instanceof Error ? error.message : String(error));

const storageError = (error: unknown) => ({ tag: error instanceof TooLargeError ? 'too-large' : 'unavailable', val: told(error) });

/** Hands an error to the component: it looks for a `payload`. Any other exception would end the call. */
function failing<T>(payload: (error: unknown) => unknown, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw { payload: payload(error) };
  }
}
