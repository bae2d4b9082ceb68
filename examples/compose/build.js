// Makes a component of report.js, and puts it together with Clientdesk, as clientdesk-with-report.wac says.
//   node build.js          writes ../../target/compose/clientdesk-with-report.wasm
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { componentize } from 'componentize-qjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = join(here, '../..');
const out = join(repository, 'target/compose');
const core = process.env['CLIENTDESK_COMPONENT'] ?? join(repository, 'target/dist/clientdesk.wasm');
const installed = join(repository, 'target/tools/bin/wac');
const wac = process.env['WAC'] ?? (existsSync(installed) ? installed : 'wac');
if (!existsSync(core)) throw new Error(`there is no ${core}: the README's first command makes it`);

// The WIT: that of the report, with the packages which it uses as its dependencies.
const wit = join(out, 'wit');
rmSync(out, { recursive: true, force: true });
cpSync(join(here, 'wit'), wit, { recursive: true });
const withoutDeps = (/** @type {string} */ path) => !path.endsWith('/deps');
mkdirSync(join(wit, 'deps'));
cpSync(join(repository, 'wit'), join(wit, 'deps/core'), { recursive: true, filter: withoutDeps });
cpSync(join(repository, 'wit/deps/host'), join(wit, 'deps/host'), { recursive: true });

// `stubWasi`: the engine's own imports would trap, so that nothing is imported but Clientdesk. `sync`: as Clientdesk is.
const jsPath = join(here, 'report.js');
const { component } = await componentize({ witPath: wit, jsSource: readFileSync(jsPath, 'utf8'), jsPath, stubWasi: true, sync: true });
const report = join(out, 'report.wasm');
writeFileSync(report, component);

const both = join(out, 'clientdesk-with-report.wasm');
const dependencies = [`clientdesk:core=${core}`, `platform:nightly=${report}`];
execFileSync(wac, ['compose', ...dependencies.flatMap((dependency) => ['--dep', dependency]), '--output', both, join(here, 'clientdesk-with-report.wac')], { stdio: 'inherit' });
console.log(`${both}: Clientdesk, and \`report.run\``);
