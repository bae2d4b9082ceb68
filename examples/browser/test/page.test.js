// The page in headless Chromium: its story from beginning to end, by mouse and by keyboard, in light and dark, wide and narrow;
// axe finds nothing; nothing is asked of the network; and recordings are played.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { serve } from '../tools/serve.js';

const here = fileURLToPath(new URL('..', import.meta.url));
const recordings = resolve(process.env['CLIENTDESK_RECORDINGS'] ?? join(here, '../../target/recordings'));
/** The part of the recordings that is played here; all of them are in Node. */
const PART = /^(billing|invites|portal)\//;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env['SHOTS'];

/** @type {import('playwright-core').Browser} */ let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */ let served;

before(async () => {
  served = await serve(0, { recordings });
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  served?.server.close();
});

/** A page of its own, which fails on errors and on requests elsewhere. @param {import('playwright-core').BrowserContextOptions} [options] */
async function opened(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(90_000); // of a busy machine
  /** @type {string[]} */ const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => request.url().startsWith(served.url) || request.url().startsWith('data:') || problems.push(`asked for ${request.url()}`));
  await page.goto(served.url);
  await page.getByRole('heading', { name: 'Create an agency' }).waitFor();
  return { page, problems, context };
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function accessible(page, name) {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const told = violations.map((/** @type {any} */ violation) => `${violation.id}: ${violation.help}\n  ${violation.nodes.map((/** @type {any} */ node) => node.html).join('\n  ')}`);
  assert.deepEqual(told, [], name);
}

/** @param {import('playwright-core').Page} page */
async function createAndInvite(page) {
  await page.getByRole('button', { name: 'Create agency' }).click();
  await page.getByRole('heading', { name: 'Acme' }).waitFor();
  await page.getByLabel('E-mail').fill('ann@nike.example');
  await page.getByRole('textbox', { name: 'Name' }).fill('Ann');
  await page.locator('#brands').selectOption('nike');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`the story, ${colorScheme}`, async () => {
    const { page, problems, context } = await opened({ colorScheme, viewport: { width: 1280, height: 900 } });
    const badge = () => page.locator('#clients .badge').first().textContent();
    const monthly = () => page.locator('#bill dd').first().textContent();
    await accessible(page, `begin-${colorScheme}`);
    await createAndInvite(page);
    assert.equal(await badge(), 'Pending');
    assert.equal(await monthly(), '$49.00', 'the first client of a brand makes it cost');

    await page.getByRole('button', { name: /^Open: .*ann@nike/ }).click();
    await page.getByRole('heading', { name: /invites you to Nike/ }).waitFor();
    await accessible(page, `invite-${colorScheme}`);
    await page.getByLabel('A password').fill('12345678');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
    await page.getByLabel('A password').fill('a well kept secret');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Welcome, Ann' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    assert.equal(await badge(), 'Active');

    const lines = () => page.locator('#ledger tbody tr').count();
    const booked = await lines();
    await page.getByRole('button', { name: '+ 1 week' }).click();
    await page.getByRole('button', { name: '+ 1 week' }).click();
    assert.equal(await badge(), 'At risk');
    await page.getByRole('button', { name: '+ 30 days' }).click();
    await page.getByRole('button', { name: '+ 1 day' }).click();
    assert.equal(await badge(), 'Churned');
    assert.ok((await lines()) > booked, 'months were renewed');
    await accessible(page, `later-${colorScheme}`);

    await page.getByRole('button', { name: 'Log in: Ann' }).click();
    assert.equal(await badge(), 'Active');
    await page.reload();
    await page.locator('#clients .badge').first().waitFor();
    assert.equal(await badge(), 'Active', 'what was done is there after a reload');
    await page.getByRole('button', { name: 'Revoke: Ann' }).click();
    assert.equal(await badge(), 'Revoked');
    assert.equal(await monthly(), '$0.00');
    assert.match((await page.locator('#verified').textContent()) ?? '', /^All \d+ entries are as they were written\.$/);

    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('heading', { name: 'Create an agency' }).waitFor();
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('on a phone, and refusals are told', async () => {
  const { page, context } = await opened({ viewport: { width: 390, height: 844 } });
  await createAndInvite(page);
  await page.getByLabel('E-mail').fill('somebody@localhost');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  assert.match((await page.locator('#status').textContent()) ?? '', /e-?mail/i);
  await accessible(page, 'phone');
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `nothing sticks out: ${wide} of ${window}`);
  await context.close();
});

test('by keyboard alone', async () => {
  const { page, problems, context } = await opened();
  await page.locator('#create input[name=name]').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Acme' }).waitFor();
  await page.keyboard.type('ann@nike.example'); // the field is ready for it
  await page.keyboard.press('Enter');
  await page.locator('#clients .badge').first().waitFor();
  await page.getByRole('button', { name: /^Open invite: / }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /invites you to Adidas/ }).waitFor(); // the first by name
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a second tab is told to wait', async () => {
  const { page, context } = await opened();
  await createAndInvite(page);
  const second = await context.newPage();
  await second.goto(served.url);
  await second.locator('#status').filter({ hasText: 'another tab' }).waitFor();
  await page.close();
  await second.reload();
  await second.getByRole('heading', { name: 'Acme' }).waitFor();
  await context.close();
});

test('recordings', { skip: !existsSync(recordings) && `there are none in ${recordings}` }, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${served.url}play.html`);
  const files = readdirSync(recordings, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl')).sort();
  const part = files.filter((name) => PART.test(name));
  await page.waitForFunction(() => 'playRecordings' in window);
  const played = await page.evaluate((addresses) => window.playRecordings?.(addresses), part.map((name) => `recordings/${name}`));
  console.log(`Chromium ${browser.version()}: ${played?.stories} stories, ${played?.steps} steps, ${played?.passed} passed, ${played?.failed} failed`);
  assert.deepEqual(played?.problems, []);
  assert.equal(played?.stories, part.length);
  await context.close();
});
