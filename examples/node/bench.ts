// What calls cost in Node: `npm run bench`. Prints a row of the table in `../README.md`.
// Each figure is the middle of many. What the store takes is measured too, and told beside a page.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { KeptMail, ManualClock, MemoryStorage, SystemSecrets } from './host/index.js';
import { SqliteStorage } from './host/sqlite.js';
import { cells, measure, Timed } from './measure.js';
import type { Clientdesk, Storage } from './src/index.js';
import { openClientdesk } from './src/index.js';

async function opened(storage: Storage): Promise<Clientdesk> {
  return openClientdesk({ storage, mail: new KeptMail(), clock: new ManualClock(new Date('2026-09-01')), secrets: SystemSecrets.ephemeral() });
}

async function measured(storage: Storage) {
  const timed = new Timed(storage);
  return measure(await opened(timed), timed);
}

/** A new process, from its start to the first answer: milliseconds, and MB of memory. */
function firstAnswer(): { took: number; megabytes: number } {
  const began = performance.now();
  const printed = execFileSync(process.execPath, [process.argv[1] ?? '', 'first'], { encoding: 'utf8' });
  return { took: performance.now() - began, megabytes: Number(printed) };
}

if (process.argv[2] === 'first') {
  (await opened(new MemoryStorage())).system.schema();
  console.log(process.resourceUsage().maxRSS / 1_024);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'clientdesk-'));
  const memory = await measured(new MemoryStorage());
  const sqlite = await measured(new SqliteStorage(join(folder, 'rows.sqlite')));
  rmSync(folder, { recursive: true });
  const firsts = Array.from({ length: 5 }, firstAnswer).sort((a, b) => a.took - b.took);
  const { took = 0, megabytes = 0 } = firsts[2] ?? {};
  const loads = [`${took.toFixed(0)} ms`, 'nothing is cached', `${megabytes.toFixed(0)} MB`];
  console.log(`| ${[`Node ${process.versions.node.split('.')[0]}`, ...cells(memory, sqlite), ...loads].join(' | ')} |`);
}
