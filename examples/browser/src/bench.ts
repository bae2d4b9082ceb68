// What calls cost in a browser, for `npm run bench`: `window.bench()`.
import { MemoryStorage } from '../../node/host/memory.js';
import { cells, measure, Timed } from '../../node/measure.js';
import { open } from '../../node/src/clientdesk.js';
import type { Storage } from '../../node/src/ports.js';
import { compiled, pageHost } from './host.js';

declare global {
  interface Window {
    /** When the first answer came, in milliseconds since the page was asked for. */
    answered?: number;
    bench?: () => string[];
  }
}

const [modules, host] = await Promise.all([compiled(), pageHost()]);

const mail = { send: () => ({ tag: 'accepted' as const }), forget: () => {} };

function measured(storage: Storage) {
  const timed = new Timed(storage);
  return measure(open(modules, { ...host, mail, storage: timed }), timed);
}

open(modules, host).system.schema();
window.answered = performance.now();
window.bench = () => cells(measured(new MemoryStorage()), measured(host.storage));
