// What calls cost in Node: `npm run bench`. Figures are medians of many rounds; the store's own time stands beside them.
import { readFile } from 'node:fs/promises';

import { KeptMail, ManualClock, MemoryStorage, SqliteStorage, SystemSecrets } from './host/index.js';
import type { Storage } from './src/index.js';
import { compile, open } from './src/index.js';
import { table } from './print.js';

const CLIENTS = 10_000;
const PAGE = 50;
const FOLDER = new URL('./generated/component/', import.meta.url);

/** A store that adds up the time it takes. */
class Timed implements Storage {
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

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
const microseconds = (time: number) => `${time < 0.01 ? (time * 1_000).toFixed(1) : (time * 1_000).toFixed(0)} µs`;
const milliseconds = (time: number) => `${time.toFixed(1)} ms`;
const memory = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss;
};
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const before = memory();
const coldBegan = performance.now();
const modules = await compile((file) => readFile(new URL(file, FOLDER)));
const made = desk(new MemoryStorage());
made.clientdesk.system.schema();
const cold = performance.now() - coldBegan;
const loaded = memory() - before;

const againBegan = performance.now();
const others = Array.from({ length: 50 }, () => desk(new MemoryStorage()));
for (const { clientdesk } of others) clientdesk.system.schema();
const again = (performance.now() - againBegan) / others.length;
const each = (memory() - before - loaded) / others.length;

const rows: string[][] = [
  ['load, compile and first call', milliseconds(cold), ''],
  ['a further instance and its first call', milliseconds(again), ''],
  ['memory: the component loaded', megabytes(loaded), ''],
  ['memory: a further instance', megabytes(each), ''],
  ['empty call', microseconds(empty()), ''],
];
rows.push(...story('in memory', new MemoryStorage()), ...story('SQLite', new SqliteStorage(':memory:')));
table(`Node ${process.version}`, ['What', 'Takes', 'of it the store'], rows);

function desk(storage: Storage) {
  const timed = new Timed(storage);
  const clock = new ManualClock(new Date('2026-09-01'));
  const clientdesk = open(modules, { storage: timed, mail: new KeptMail(), clock, secrets: SystemSecrets.ephemeral() });
  return { timed, clientdesk, olga: clientdesk.as({ agency: 'acme', actor: { id: 'olga', name: 'Olga', role: 'owner' } }) };
}

/** The median of a call's time, in milliseconds, by rounds of a thousand. */
function empty(): number {
  const rounds = Array.from({ length: 30 }, () => {
    const began = performance.now();
    for (let call = 0; call < 1_000; call++) made.clientdesk.system.schema();
    return (performance.now() - began) / 1_000;
  });
  return median(rounds);
}

function story(name: string, storage: Storage): string[][] {
  const { timed, clientdesk, olga } = desk(storage);
  clientdesk.agencies.create({ id: 'acme', name: 'Acme', notificationEmail: 'o@acme.example', billingInterval: 'monthly', portalAddress: 'https://c.acme.example' });
  olga.brands.create({ id: 'nike', name: 'Nike' });
  const invite = (number: number) => ({ email: `client${number}@nike.example`, name: `Client ${number}`, brands: ['nike'] });
  const measured = (what: string, rounds: number, act: (round: number) => unknown) => {
    const [times, stores]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      timed.spent = 0;
      const began = performance.now();
      act(round);
      times.push(performance.now() - began);
      stores.push(timed.spent);
    }
    return [`${what}, ${name}`, microseconds(median(times)), microseconds(median(stores))];
  };
  for (let number = 0; number < CLIENTS; number += 100) olga.clients.inviteMany(Array.from({ length: 100 }, (_, place) => invite(number + place)));
  return [
    measured('invite by e-mail', 1_000, (round) => olga.clients.inviteByEmail(invite(CLIENTS + round))),
    measured(`page of ${PAGE} clients of ${CLIENTS}`, 500, () => olga.clients.list({ limit: PAGE }, undefined, { sort: 'name', descending: false })),
  ];
}
