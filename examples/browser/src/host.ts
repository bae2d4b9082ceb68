// The page as a host: its rows, a clock that can be moved, mails to look at, and keys.
import { zoneOffset } from '../../node/host/clock.js';
import type { Modules } from '../../node/src/clientdesk.js';
import { compile } from '../../node/src/clientdesk.js';
import type { Clock, Host, Key, Mail, Message } from '../../node/src/ports.js';
import { Rows } from './rows.js';

const DAY = 86_400_000;
/** How many mails are kept: the last ones. */
const MAILS = 50;

/** The component, compiled, from the files beside the page. */
export function compiled(): Promise<Modules> {
  const folder = new URL('../../node/generated/component/', import.meta.url);
  return compile(async (file) => (await fetch(new URL(file, folder))).arrayBuffer());
}

/** The system's time, moved ahead. */
class MovedClock implements Clock {
  constructor(readonly rows: Rows, public ahead: number) {}

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  move(days: number): void {
    this.ahead += days * DAY;
    this.rows.keep('ahead', this.ahead);
  }

  offset(zone: string, at: Date): number | undefined {
    return zoneOffset(zone, at);
  }
}

/** Mails that stay in the page: nobody gets them. */
class KeptMail implements Mail {
  constructor(readonly rows: Rows, public messages: Message[]) {}

  send(message: Message) {
    if (!this.messages.some(({ id }) => id === message.id)) this.#keep([...this.messages, message].slice(-MAILS));
    return { tag: 'accepted' as const };
  }

  forget(ids: string[]): void {
    this.#keep(this.messages.filter(({ id }) => !ids.includes(id)));
  }

  #keep(messages: Message[]): void {
    this.messages = messages;
    this.rows.keep('mails', messages);
  }
}

export interface PageHost extends Host {
  storage: Rows;
  clock: MovedClock;
  mail: KeptMail;
}

/** The host with what the page kept. Its keys lie beside the rows, which is good enough for a page of one's own. */
export async function pageHost(): Promise<PageHost> {
  const storage = await Rows.open('clientdesk');
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  let keys = await storage.kept<Key[]>('keys');
  if (!keys) {
    keys = [{ id: 'k1', bytes: random(32) }];
    storage.keep('keys', keys);
  }
  const ring = keys;
  return {
    storage,
    clock: new MovedClock(storage, (await storage.kept<number>('ahead')) ?? 0),
    mail: new KeptMail(storage, (await storage.kept<Message[]>('mails')) ?? []),
    secrets: { random, keys: () => ring },
  };
}
