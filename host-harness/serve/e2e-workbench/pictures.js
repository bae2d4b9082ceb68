// The pictures of the README, of half a year of an agency: `npm run pictures -- FOLDER`.
// `CLIENTDESK` names the command that makes the half year; it is in `target/release` otherwise.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser, page as open, service } from './service.js';

const root = new URL('../../../', import.meta.url).pathname;
const into = process.argv[2] ?? join(root, 'docs/pictures');
const command = process.env.CLIENTDESK ?? join(root, 'target/release/clientdesk');
const folder = mkdtempSync(join(tmpdir(), 'workbench-'));
execFileSync(command, ['simulate-activity', '--agency', 'northlight', '--clients', '60', '--store', join(folder, 'clients.sqlite')], { stdio: 'ignore' });

const desk = await service({ folder });
const chromium = await browser();
try {
  mkdirSync(into, { recursive: true });
  const { clients } = await desk.as('northlight', 'clients.list', { filter: { status: 'at-risk' }, order: { sort: 'health', descending: false }, page: { limit: 3 } });
  for (const [name, hash, there, scheme] of [
    ['workbench-clients', `#clients?agency=northlight&client=${clients[1].id}`, '.drawer .factor', 'light'],
    ['workbench-time', '#time?agency=northlight', '.due-list', 'dark'],
    ['workbench-log', '#log?agency=northlight&view=calls&fn=clients.invite-by-link', '.nest', 'light'],
  ]) {
    const page = await open(chromium, { width: 1280, height: 800, scheme });
    await page.goto(`${desk.address}/workbench/${hash}`);
    await page.locator(there).first().waitFor();
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(into, `${name}.png`) });
    await page.context().close();
  }
} finally {
  await chromium.close();
  await desk.end();
  rmSync(folder, { recursive: true, force: true });
}
