// Makes `generated/`: the component as JavaScript (by jco), and the wrapper's types from the WIT.
//   node tools/build.js [COMPONENT.wasm]
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { transpile } from '@bytecodealliance/jco-transpile';

import { generate } from './generate.js';
import { read } from './wit.js';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const repository = join(here, '../..');
const out = join(here, 'generated');

const component = resolve(process.argv[2] ?? process.env['CLIENTDESK_COMPONENT'] ?? join(repository, 'target/dist/clientdesk.wasm'));
if (!existsSync(component)) {
  console.error(`There is no component at ${component}.
Write it there, from the repository's root, with
  cargo run --release -- inspect --out target/dist/clientdesk.wasm
or name another file in CLIENTDESK_COMPONENT.`);
  process.exit(1);
}

rmSync(out, { recursive: true, force: true });
const { files } = await transpile(component, {
  name: 'clientdesk',
  instantiation: 'sync', // a new instance takes a millisecond, so a call may well begin with one
  nodejsCompat: false, // the module itself reads no files: a browser takes it as it is
  outDir: 'component',
});
for (const [name, made] of Object.entries(files)) {
  // jco leaves out a word where a function's name is a word of JavaScript: `delete`, `export`.
  const content = name.endsWith('.d.ts') ? Buffer.from(made).toString().replace(/^function /gm, 'declare function ') : made;
  write(name, content);
  write(join('../dist/generated', name), content); // where the compiled scripts look for it
}
const folder = join(repository, 'wit');
const wit = readdirSync(folder).filter((file) => file.endsWith('.wit')).sort().map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
const interfaces = read(wit);
for (const [name, content] of generate(interfaces)) write(name, content);
// The same for programs that know types while they run: the player of recordings does.
write('wit.ts', `// Made from the WIT by \`npm run generate\`.\nexport const WIT: string = ${JSON.stringify(wit.replace(/^\s*\/\/.*\n/gm, ''))};\n`);
console.error(`generated/: ${interfaces.size} interfaces, from ${component}`);

/** @param {string} name @param {string | Uint8Array} content */
function write(name, content) {
  const path = join(out, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

