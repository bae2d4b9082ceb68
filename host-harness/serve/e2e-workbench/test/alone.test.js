// What is only in the static folder: it begins with the sample, has its own portal pages, and its store is one tab's at a time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { browser, page as open, service } from '../service.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const root = new URL('../../../../', import.meta.url).pathname;
const command = process.env.CLIENTDESK ?? join(root, 'target/release/clientdesk');
const shots = join(root, 'target/workbench/');

describe('the workbench in a browser alone', { skip: !process.env.ALONE && 'ALONE names the static folder' }, () => {
  let desk;
  let chromium;
  let page;
  const begin = async (options) => { const made = await open(chromium, { ...options, sampled: true }); await made.goto(`${desk.address}/workbench/`); await made.locator('.clients-table tbody tr').first().waitFor(); return made; };
  const go = async (hash) => { await page.goto(`${desk.address}/workbench/${hash}`); await page.locator('#main h1').first().waitFor(); };
  const says = (text, where = page) => where.getByText(text).first().waitFor();
  const frame = () => page.frameLocator('.portal-frame');
  const looked = async (name, at = page) => {
    mkdirSync(shots, { recursive: true });
    await at.screenshot({ path: `${shots}alone-${name}.png` });
    for (const one of at.frames().filter((it) => it.url().startsWith(desk.address))) {
      const found = await one.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'], iframes: false }).then((it) => it.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')))); })()`);
      assert.deepEqual(found, [], name);
    }
  };
  /** The link to a page of the portal in the newest mail of a kind. */
  const linkOf = async (kind) => {
    await desk.bench('jobs', {});
    const { mails } = await desk.look('mails?agency=acme');
    const { text } = await desk.look(`mails/acme/${mails.find((it) => it.kind === kind).id}`);
    return text.match(/https?:\S+/)[0];
  };

  before(async () => {
    desk = await service();
    chromium = await browser();
    page = await begin();
  });
  after(async () => { await chromium?.close(); await desk?.end(); });
  afterEach(() => { assert.deepEqual(page.complaints, []); });

  test('it begins with the sample of the service, and says that it is alone', async () => {
    await says('In this browser alone');
    await says('Ann Ode');
    await page.locator('.clients-table .spark path').first().waitFor();
    await looked('clients');
    await go('#clients?view=accounts');
    await says('Juniper Inc');
  });

  test('an invite’s mail opens the portal, where somebody signs up, switches brands and exports', async () => {
    await go('#clients?invite=1');
    await page.getByLabel('E-mail').fill('zoe@lumen.example');
    await page.getByLabel('Name', { exact: true }).fill('Zoe Lund');
    for (const brand of ['Kestrel', 'Lumen']) await page.locator('.pick label', { hasText: brand }).click();
    await page.getByRole('button', { name: 'Send the invite' }).click();
    await page.getByRole('dialog', { name: 'Client' }).getByText('Pending').first().waitFor();
    await go('#outbox');
    await page.locator('.mail-row', { hasText: 'zoe@lumen.example' }).click();
    await page.frameLocator('.mail-frame').locator('a[href*="/invite/"]').first().waitFor();
    await page.getByRole('button', { name: 'Open in Portal' }).first().click();
    await frame().getByRole('heading', { name: 'Olga invites you' }).waitFor();
    await looked('invite');
    await frame().getByLabel('Choose a password').fill('short');
    await frame().getByRole('button', { name: 'Sign up and accept' }).click();
    await frame().locator('.error').waitFor();
    await frame().getByLabel('Choose a password').fill('a well kept secret');
    await frame().getByRole('button', { name: 'Sign up and accept' }).click();
    await frame().getByRole('heading', { name: 'Welcome, Zoe' }).waitFor();
    await looked('overview');
    await frame().locator('summary', { hasText: 'Kestrel' }).click();
    await frame().getByRole('button', { name: 'Lumen' }).click();
    await frame().getByRole('heading', { name: 'Lumen', exact: true }).waitFor();
    await frame().getByRole('link', { name: 'Reports' }).first().click();
    await frame().getByRole('heading', { name: 'Reports' }).waitFor();
    await frame().getByRole('button', { name: 'Export PDF' }).click();
    await frame().getByText('The PDF export is recorded').waitFor();
    await page.locator('.calls').getByText('portal.export').first().waitFor();
  });

  test('what may not be exported isn’t, a password is forgotten, and somebody logs in again', async () => {
    const { clients } = await desk.as('acme', 'clients.list', { filter: { search: 'zoe' }, page: { limit: 1 } });
    await desk.as('acme', 'clients.set-permissions', { id: clients[0].id, permissions: { ...clients[0].permissions, 'can-export': false } });
    await page.getByRole('button', { name: 'The first page' }).click();
    await frame().getByText('Exports are turned off for you').waitFor();
    await frame().locator('summary', { hasText: 'ZL' }).click();
    await frame().getByRole('button', { name: 'Log out' }).click();
    await frame().getByText('You are logged out.').waitFor();
    await frame().getByRole('link', { name: 'Forgot your password?' }).click();
    await frame().getByLabel('E-mail address').fill('zoe@lumen.example');
    await frame().getByRole('button', { name: 'Send the link' }).click();
    await frame().getByRole('heading', { name: 'Look into your inbox' }).waitFor();
    await go(`#portal?agency=acme&at=${encodeURIComponent(await linkOf('password-reset'))}`);
    await frame().getByLabel('New password').fill('another well kept secret');
    await frame().getByRole('button', { name: 'Change the password' }).click();
    await frame().getByText('Your password was changed.').waitFor();
    await frame().getByLabel('E-mail address').fill('zoe@lumen.example');
    await frame().getByLabel('Password').fill('a well kept secret');
    await frame().getByRole('button', { name: 'Log in' }).click();
    await frame().getByText('The e-mail address or the password isn’t right.').waitFor();
    await looked('log-in');
    await frame().getByLabel('Password').fill('another well kept secret');
    await frame().getByRole('button', { name: 'Log in' }).click();
    await frame().getByRole('link', { name: 'Overview' }).waitFor();
  });

  test('somebody signs in on an account’s behalf, and out again', async () => {
    const { token } = await desk.as('acme', 'impersonation.start', { 'sign-in': { account: 'juniper-inc', reason: 'Looking', mode: null, minutes: null, 'return-to': null } });
    await go(`#portal?agency=acme&at=/portal/acme/on-behalf/${token}`);
    await frame().getByRole('button', { name: 'Continue' }).click();
    await frame().locator('.banner').getByText('Juniper').first().waitFor();
    await looked('on-behalf');
    await frame().locator('.banner button').click();
    await frame().getByText('The sign-in on the client’s behalf is over.').waitFor();
  });

  test('what was called is saved as a scenario, which plays', async () => {
    await desk.bench('clock', { by: 7 * 86_400_000 });
    await desk.as('acme', 'brands.create', { brand: { name: 'Quartz' } });
    await assert.rejects(desk.as('acme', 'brands.create', { brand: { id: 'quartz', name: 'Quartz' } }), /409/);
    await go('#time');
    await page.getByRole('button', { name: 'Save as scenario' }).click();
    const story = await page.locator('dialog pre.code').innerText();
    await page.keyboard.press('Escape');
    const folder = mkdtempSync(join(tmpdir(), 'story-'));
    writeFileSync(join(folder, 'story.toml'), story);
    assert.match(execFileSync(command, ['run', join(folder, 'story.toml')], { encoding: 'utf8' }), /1 of 1 scenarios passed/);
    rmSync(folder, { recursive: true });
  });

  test('what fails goes on failing when the page is loaded again, and what came of it is told', async () => {
    await go('#time');
    await page.getByLabel(/Mail refuses/).check();
    await says('On purpose, mails are told to come again.');
    await desk.as('acme', 'clients.invite-by-email', { invite: { email: 'yan@fjord.example', brands: ['fjord'] } });
    await desk.bench('jobs', {});
    await page.reload();
    await says('On purpose, mails are told to come again.');
    await page.getByRole('button', { name: 'Mend it' }).click();
    await page.locator('[data-aftermath]').getByText('While no mail was taken: one mail still waits for the next try; nothing was lost; and nothing was done twice.').waitFor();
  });

  test('a mail’s link opens a second tab, which goes on where the first stood, and the first comes back', async () => {
    await go('#outbox?q=dora@harbour.example');
    await page.locator('.mail-row').first().click();
    const opened = page.waitForEvent('popup');
    await page.frameLocator('.mail-frame').locator('a[href*="/invite/"]').first().click();
    const second = await opened;
    await second.frameLocator('.portal-frame').getByRole('heading', { name: 'Olga invites you' }).waitFor();
    await second.getByRole('link', { name: 'Clients' }).click();
    await second.locator('tbody').getByText('Zoe Lund').waitFor();
    await page.getByRole('link', { name: 'Log' }).first().click();
    await says('the workbench went on in another tab');
    await second.close();
    await page.reload();
    await page.locator('.log-table').waitFor();
  });

  test('nothing is answered before the browser keeps it', async () => {
    const at = await begin();
    const strip = at.getByText('Time is shifted: it is 1 day ahead.');
    await at.evaluate(async () => {
      const [{ name }] = await indexedDB.databases();
      const opening = indexedDB.open(name);
      await new Promise((resolve) => { opening.onsuccess = resolve; });
      const rows = opening.result.transaction('page', 'readwrite').objectStore('page');
      const hold = () => { if (!window.isFree) rows.get('began').onsuccess = hold; };
      hold();
    });
    await at.getByRole('button', { name: '+1 d: a day on' }).first().click();
    await at.waitForTimeout(500);
    assert.equal(await strip.count(), 0);
    await at.evaluate(() => { window.isFree = true; });
    await strip.waitFor();
    await at.reload();
    await strip.waitFor();
    await at.context().close();
  });

  test('a browser that can’t keep anything more says so', async () => {
    const at = await begin();
    await at.evaluate(() => {
      const begun = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function transaction(stores, mode, options) {
        const made = begun.call(this, stores, mode, options);
        if (mode === 'readwrite') queueMicrotask(() => made.abort());
        return made;
      };
    });
    await at.getByRole('button', { name: '+1 d: a day on' }).first().click();
    await says('this browser doesn’t keep what is done here any more', at);
    await at.context().close();
  });

  test('it begins anew', async () => {
    await go('#clients');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Begin anew');
    await page.keyboard.press('Enter');
    await page.locator('.strip').first().waitFor({ state: 'detached' });
    await says('Ann Ode');
    assert.equal(await page.getByText('Zoe Lund').count(), 0);
  });

  for (const [width, height, scheme] of [[1280, 820, 'light'], [390, 844, 'dark']]) {
    test(`every screen and the portal at ${width} pixels, ${scheme}`, async () => {
      const at = await begin({ width, height, scheme });
      const { clients } = await desk.as('acme', 'clients.list', { page: { limit: 1 } });
      const { mails } = await desk.look('mails?agency=acme');
      for (const [name, hash, there] of [
        ['client', `#clients?client=${clients[0].id}`, '.drawer .factor'], ['accounts', '#clients?view=accounts&account=juniper-inc', '.drawer .factor'], ['billing', '#clients?view=billing', '.timeline'],
        ['portal', '#portal', '.sample'], ['outbox', `#outbox?mail=${mails[0].id}`, '.mail-frame'], ['time', '#time', '.due-list'], ['log', '#log?entry=7', '.links'], ['calls', '#log?view=calls&fn=clients.invite-by-link', '.nest'],
      ]) {
        await at.goto(`${desk.address}/workbench/${hash}`);
        await at.locator(there).first().waitFor();
        if (name === 'portal') await at.frameLocator('.portal-frame').getByRole('heading', { name: 'Log in' }).waitFor();
        await at.waitForTimeout(150);
        await looked(`${name}-${width}-${scheme}`, at);
        assert.ok(await at.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} isn't wider than the window`);
      }
      assert.deepEqual(at.complaints, []);
      await at.context().close();
    });
  }
});
