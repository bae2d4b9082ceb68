// Makes the static folder: the page's files as they are, but for the one that asks the service; the component as JavaScript;
// what stands in for the service; and the sample that it begins with.
//   npm run build -- [FOLDER]
import { execSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { sample } from './sample.js';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const repository = at('../../../');
const node = at('../../node/');
const component = process.env['CLIENTDESK_COMPONENT'] ?? join(repository, 'target/dist/clientdesk.wasm');
const folder = resolve(argv[2] ?? join(repository, 'target/workbench-alone'));

const run = (/** @type {string} */ command, /** @type {string} */ cwd) => execSync(command, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
const changedAt = (/** @type {string} */ path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

if (!existsSync(join(node, 'node_modules/better-sqlite3'))) run('npm ci', node);
if (changedAt(component) === 0 || changedAt(join(node, 'generated/wit.ts')) < changedAt(component)) run('npm run --silent generate', node);

rmSync(folder, { recursive: true, force: true });
cpSync(join(repository, 'host-harness/serve/workbench'), folder, { recursive: true });
cpSync(at('../page'), folder, { recursive: true });
const sheets = ['base.css', 'parts.css'].map((name) => readFileSync(join(repository, 'host-harness/serve/templates/portal', name), 'utf8'));
writeFileSync(join(folder, 'portal.css'), sheets.join(''));
cpSync(join(repository, 'docs/openapi.json'), join(folder, 'openapi.json'));
run(`${JSON.stringify(join(node, 'node_modules/.bin/tsc'))} --outDir ${JSON.stringify(join(folder, 'alone'))}`, at('..'));
cpSync(join(node, 'generated/component'), join(folder, 'alone/node/generated/component'), {
  recursive: true,
  filter: (path) => !path.endsWith('.d.ts') && !path.endsWith('/interfaces'),
});
writeFileSync(join(folder, 'sample.json'), JSON.stringify(await sample()));

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
const megabytes = (/** @type {(path: string) => number} */ size) => (files.reduce((sum, path) => sum + size(path), 0) / 1e6).toFixed(1);
console.log(`${folder}: ${files.length} files, ${megabytes((path) => statSync(path).size)} MB, ${megabytes((path) => gzipSync(readFileSync(path)).length)} MB compressed`);
