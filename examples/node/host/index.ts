// A host: what the component gets to work with. Everything that it can do to the world stands in this folder; `sqlite.ts`
// is apart, since it needs a package that compiles.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

import type { Handover, Key, Mail, Message, Secrets } from '../src/ports.js';

export { MemoryStorage } from './memory.js';
export { ManualClock, SystemClock, zoneOffset } from './clock.js';

/** Keeps mails in memory, to look at. Yours hands them to a mail server. */
export class KeptMail implements Mail {
  readonly messages: Message[] = [];

  send(message: Message): Handover {
    if (!this.messages.some(({ id }) => id === message.id)) this.messages.push(message);
    return { tag: 'accepted' };
  }

  forget(ids: string[]): void {
    const kept = this.messages.filter(({ id }) => !ids.includes(id));
    this.messages.splice(0, this.messages.length, ...kept);
  }
}

/** Randomness of the system, and keys in memory or in a file. Without them nobody can log in, and no log verifies. */
export class SystemSecrets implements Secrets {
  readonly #keys: Key[];

  private constructor(keys: Key[]) {
    this.#keys = keys;
  }

  /** A key that is kept nowhere, for a store that isn't either. */
  static ephemeral(): SystemSecrets {
    return new SystemSecrets([newKey()]);
  }

  /** The keys of a file that only its owner may read. Where there is none, one is made: beside a new store only. */
  static open(path: string, isNewStore: boolean): SystemSecrets {
    if (!existsSync(path)) {
      if (!isNewStore) throw new Error(`the store has rows, and ${path}, with the keys that it was made with, isn't there`);
      const { id, bytes } = newKey();
      const keys = [{ id, bytes: Buffer.from(bytes).toString('base64') }];
      writeFileSync(path, JSON.stringify({ keys }), { mode: 0o600, flag: 'wx' });
    }
    if (statSync(path).mode & 0o077) throw new Error(`others may read ${path}: \`chmod 600\` it`);
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: { id: string; bytes: string }[] };
    return new SystemSecrets(keys.map(({ id, bytes }) => ({ id, bytes: Uint8Array.from(Buffer.from(bytes, 'base64')) })));
  }

  random(length: number): Uint8Array {
    return Uint8Array.from(randomBytes(length));
  }

  keys(): Key[] {
    return this.#keys;
  }
}

const newKey = (): Key => ({ id: `k${randomBytes(4).toString('hex')}`, bytes: Uint8Array.from(randomBytes(32)) });
