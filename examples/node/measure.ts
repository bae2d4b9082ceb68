// What calls cost, in Node as in a page.
import type { Clientdesk } from './src/clientdesk.js';
import type { Storage } from './src/ports.js';

const CLIENTS = 1_000;
const PAGE = 50;

/** A store that adds up the time it takes. */
export class Timed implements Storage {
  spent = 0;
  constructor(readonly inner: Storage) {}
  #timed<T>(act: () => T): T {
    const began = performance.now();
    const answer = act();
    this.spent += performance.now() - began;
    return answer;
  }
  get = (keys: string[]) => this.#timed(() => this.inner.get(keys));
  scan: Storage['scan'] = (...given) => this.#timed(() => this.inner.scan(...given));
  commit: Storage['commit'] = (...given) => this.#timed(() => this.inner.commit(...given));
}

/** Milliseconds. */
export interface Measured {
  empty: number;
  fresh: number;
  invite: number;
  page: number;
  /** Of a page, what isn't the store's. */
  beyond: number;
}

const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Measures on an empty store. */
export function measure(clientdesk: Clientdesk, timed: Timed): Measured {
  const olga = clientdesk.as({ agency: 'acme', actor: { id: 'olga', name: 'Olga', role: 'owner' } });
  const notificationEmail = 'office@acme.example';
  clientdesk.agencies.create({ id: 'acme', name: 'Acme', notificationEmail, billingInterval: 'monthly', portalAddress: 'https://clients.acme.example' });
  olga.brands.create({ id: 'nike', name: 'Nike' });
  const invite = (number: number) => ({ email: `client${number}@nike.example`, name: `Client ${number}`, brands: ['nike'] });
  for (let from = 0; from < CLIENTS; from += 100) olga.clients.inviteMany(Array.from({ length: 100 }, (_, place) => invite(from + place)));

  const rounds = (count: number, calls: number, act: (round: number) => unknown) => {
    const took: number[] = [];
    const beyond: number[] = [];
    for (let round = 0; round < count; round++) {
      timed.spent = 0;
      const began = performance.now();
      for (let call = 0; call < calls; call++) act(round * calls + call);
      const whole = performance.now() - began;
      took.push(whole / calls);
      beyond.push((whole - timed.spent) / calls);
    }
    return { took: middle(took), beyond: middle(beyond) };
  };
  const empty = rounds(30, 1_000, () => clientdesk.system.schema()).took;
  const { took: invited } = rounds(50, 10, (number) => olga.clients.inviteByEmail(invite(CLIENTS + number)));
  const { took: page, beyond } = rounds(100, 1, () => olga.clients.list({ limit: PAGE }));
  const fresh = rounds(50, 1, () => {
    clientdesk.renew();
    clientdesk.system.schema();
  }).took;
  return { empty, fresh, invite: invited, page, beyond };
}

const microseconds = (time: number, digits = 0) => `${(time * 1_000).toFixed(digits)} µs`;
const milliseconds = (time: number) => time.toFixed(2);

/** As cells of the table: in memory, and in the store that lasts. */
export function cells(memory: Measured, lasting: Measured): string[] {
  const both = (show: (measured: Measured) => string) => `${show(memory)} · ${show(lasting)}`;
  return [
    microseconds(memory.empty, 1),
    microseconds(memory.fresh),
    both(({ invite }) => microseconds(invite)),
    both(({ page, beyond }) => `${milliseconds(page)} ms, ${milliseconds(beyond)} ms`),
  ];
}
