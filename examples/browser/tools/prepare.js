// Makes the component's JavaScript and the wrapper's types: the package for Node does that, and is the same in a page.
import { execSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../../node', import.meta.url));
const run = (/** @type {string} */ command) => execSync(command, { cwd, stdio: 'inherit' });

// What is left out by `--ignore-scripts` is SQLite's compilation: a page keeps its rows in IndexedDB.
if (!existsSync(new URL('../../node/node_modules/@bytecodealliance', import.meta.url))) run('npm ci --ignore-scripts');
run('npm run --silent generate');
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
