// Plays recordings in Node, in memory and on SQLite.
//   npm run play -- [--store memory|sqlite] FILE-OR-FOLDER…
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { MemoryStorage } from '../host/index.js';
import { SqliteStorage } from '../host/sqlite.js';
import { compile } from '../src/clientdesk.js';
import { nothingPlayed, play } from './story.js';

const PROBLEMS_SHOWN = 20;

const { values, positionals } = parseArgs({ options: { store: { type: 'string' } }, allowPositionals: true });
const files = (positionals.length > 0 ? positionals : ['../../target/recordings']).flatMap(recordings).sort();
if (files.length === 0) throw new Error('there are no recordings: `clientdesk run --record target/recordings tests/scenarios` makes them');

const stores = values.store ? [values.store] : ['memory', 'sqlite'];
if (!stores.every((store) => ['memory', 'sqlite'].includes(store))) throw new Error('--store is memory or sqlite');
const folder = new URL('../generated/component/', import.meta.url);
const modules = await compile((file) => readFile(new URL(file, folder)));
for (const store of stores) playAll(store);

/** In memory, a story has one instance; on SQLite, each call has a new one. */
function playAll(store: string): void {
  const played = nothingPlayed();
  const began = performance.now();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    if (store === 'memory') play(modules, text, new MemoryStorage(), played, false);
    else onSqlite((rows) => play(modules, text, rows, played, true));
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  for (const problem of played.problems.slice(0, PROBLEMS_SHOWN)) console.error(`✗ ${problem}`);
  if (played.problems.length > PROBLEMS_SHOWN) console.error(`and ${played.problems.length - PROBLEMS_SHOWN} more`);
  if (played.otherZones > 0) console.log(`the time zones here say something else than those of the recordings ${played.otherZones} times`);
  if (played.refusedHere > 0) console.log(`the wrapper refused ${played.refusedHere} calls in its own words, for the same argument`);
  console.log(`Node, ${store}: ${played.stories} stories, ${played.steps} steps, ${played.passed} passed, ${played.failed} failed (${seconds} s)`);
  if (played.failed > 0) process.exitCode = 1;
}

function onSqlite(act: (rows: SqliteStorage) => void): void {
  const place = mkdtempSync(join(tmpdir(), 'clientdesk-'));
  const rows = new SqliteStorage(join(place, 'rows.sqlite'));
  act(rows);
  rows.close();
  rmSync(place, { recursive: true });
}

function recordings(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl')).map((name) => join(path, name));
}
