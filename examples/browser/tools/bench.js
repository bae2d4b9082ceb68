// Prints a row of the table in `../../README.md`: what calls cost in headless Chromium. `npm run bench` runs it.
import { readFileSync } from 'node:fs';

import { chromium } from 'playwright-core';

import { serve } from './serve.js';

const { server, url } = await serve(0);
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const session = await browser.newBrowserCDPSession();

/** The memory of all pages' processes, in MB. */
async function memory() {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const [, size] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
    return Number(size) / 1_024;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

const page = await browser.newPage();
page.setDefaultTimeout(90_000);
await page.goto('about:blank');
const before = await memory();

async function firstAnswer() {
  await page.goto(`${url}bench.html`);
  await page.waitForFunction(() => globalThis.answered !== undefined);
  return page.evaluate(() => globalThis.answered);
}

const cold = await firstAnswer();
const taken = (await memory()) - before;
const again = Math.min(await firstAnswer(), await firstAnswer(), await firstAnswer());
const cells = await page.evaluate(() => globalThis.bench());
const row = [`Chromium ${browser.version().split('.')[0]}`, ...cells, `${cold.toFixed(0)} ms`, `${again.toFixed(0)} ms`, `${taken.toFixed(0)} MB`];
console.log(`| ${row.join(' | ')} |`);
await browser.close();
server.close();
