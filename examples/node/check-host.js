// Checks the hosts in host/: whether they keep the promises that the component relies on. From here:
//   clientdesk check-host --out check-host.wasm
//   npm run build && node check-host.js check-host.wasm
// For a host of your own, name it in `hosts`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { transpile } from '@bytecodealliance/jco-transpile';

import { KeptMail, MemoryStorage, SystemClock, SystemSecrets } from './dist/host/index.js';
import { SqliteStorage } from './dist/host/sqlite.js';
import { imports } from './dist/src/ports.js';

const folder = mkdtempSync(join(tmpdir(), 'check-host-'));
const rest = { mail: new KeptMail(), clock: new SystemClock(), secrets: SystemSecrets.ephemeral() };
const hosts = {
  'in memory': { storage: new MemoryStorage(), ...rest },
  'on SQLite': { storage: new SqliteStorage(join(folder, 'store.sqlite')), ...rest },
};

const [component] = process.argv.slice(2);
if (!component) throw new Error('name the file that `clientdesk check-host --out FILE` wrote');
const { files } = await transpile(component, { name: 'check', instantiation: 'sync', nodejsCompat: false, noTypescript: true });
for (const [name, content] of Object.entries(files)) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
const { instantiate } = await import(pathToFileURL(join(folder, 'check.js')).href);
const module = (/** @type {string} */ name) => new WebAssembly.Module(readFileSync(join(folder, name)));

/** What is wrong with a promise; nothing if it is kept. */
function broken(checks, name) {
  try {
    checks.run(name);
    return undefined;
  } catch (error) {
    // jco gives the component's answer as the `payload` of an error; anything else is what the host threw.
    if (!error?.payload) return `the call was stopped: ${error}`;
    const { expected, found, advice } = error.payload;
    return `expected ${expected}; found ${found}. ${advice}`;
  }
}

let failed = 0;
for (const [title, host] of Object.entries(hosts)) {
  const { checks } = instantiate(module, imports(host));
  const names = checks.list().map(({ name }) => name);
  const found = names.map((name) => [name, broken(checks, name)]).filter(([, why]) => why);
  for (const [name, why] of found) console.log(`${title}: ${name}: ${why}`);
  console.log(`${title}: ${names.length - found.length} of ${names.length} promises are kept`);
  failed += found.length;
}
rmSync(folder, { recursive: true });
process.exitCode = failed ? 1 : 0;
