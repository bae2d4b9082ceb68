// Plays recordings in Node.
//   npm run play -- [--fresh] FILE-OR-FOLDER…
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { compile } from '../src/clientdesk.js';
import { nothingPlayed, play } from './story.js';

const PROBLEMS_SHOWN = 20;

const paths = process.argv.slice(2).filter((argument) => argument !== '--fresh');
const fresh = process.argv.includes('--fresh');
const files = (paths.length > 0 ? paths : ['../../target/recordings']).flatMap(recordings).sort();
if (files.length === 0) throw new Error('there are no recordings: `clientdesk run --record target/recordings tests/scenarios` makes them');

const folder = new URL('../generated/component/', import.meta.url);
const modules = await compile((file) => readFile(new URL(file, folder)));
const played = nothingPlayed();
const began = performance.now();
for (const file of files) play(modules, readFileSync(file, 'utf8'), played, fresh);
const seconds = ((performance.now() - began) / 1_000).toFixed(1);

for (const problem of played.problems.slice(0, PROBLEMS_SHOWN)) console.error(problem);
if (played.problems.length > PROBLEMS_SHOWN) console.error(`and ${played.problems.length - PROBLEMS_SHOWN} more`);
if (played.otherZones > 0) console.log(`the time zones here say something else than those of the recordings ${played.otherZones} times`);
if (played.refusedHere > 0) console.log(`the wrapper refused ${played.refusedHere} calls in its own words, for the same argument`);
console.log(`Node ${process.version}, ${fresh ? 'a new instance for each call' : 'one instance for each story'}: ${seconds} s`);
console.log(`${played.stories} stories, ${played.steps} steps, ${played.passed} passed, ${played.failed} failed`);
process.exitCode = played.failed > 0 ? 1 : 0;

function recordings(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl')).map((name) => join(path, name));
}
