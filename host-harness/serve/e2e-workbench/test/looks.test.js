// axe looks at every screen in light and dark, and pictures are taken of all of them.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fill } from '../fill.js';
import { browser, page as open, service } from '../service.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = new URL('../../../../target/workbench/', import.meta.url).pathname;
/** What is shown, and what must be there before it is. */
const VIEWS = [
  ['clients', '#clients', '.clients-table .spark path'],
  ['client', '#clients?search=&client={client}', '.drawer .factor'],
  ['permissions', '#clients?client={client}&tab=permissions', '.drawer .switch'],
  ['activity', '#clients?client={client}&tab=activity', '.drawer .figures'],
  ['accounts', '#clients?view=accounts', '.table tbody tr'],
  ['account', '#clients?view=accounts&account=nike-inc', '.drawer .factor'],
  ['billing', '#clients?view=billing', '.timeline'],
  ['brands', '#clients?view=brands', '.table tbody tr'],
  ['prices', '#clients?view=prices', '.figures'],
  ['settings', '#clients?view=settings', '.settings form'],
  ['portal', '#portal', '.sample'],
  ['outbox', '#outbox?mail={mail}', '.mail-frame'],
  ['time', '#time', '.due-list'],
  ['log', '#log?entry=7', '.links'],
  ['calls', '#log?view=calls&fn=clients.invite-by-link', '.nest'],
];

let desk;
let chromium;
let ids;

before(async () => {
  mkdirSync(folder, { recursive: true });
  desk = await service();
  await fill(desk, 50);
  const { clients } = await desk.as('acme', 'clients.list', { filter: { search: 'Ann Ito' }, page: { limit: 1 } });
  const { mails } = await (await fetch(`${desk.address}/workbench/api/mails?agency=acme`)).json();
  ids = { client: clients[0].id, mail: mails.find((it) => it.kind === 'invite').id };
  chromium = await browser();
});
after(async () => { await chromium?.close(); await desk?.end(); });

for (const [width, height] of [[1280, 820], [768, 1024], [390, 844]]) {
  for (const scheme of ['light', 'dark']) {
    test(`${width} pixels, ${scheme}`, async () => {
      const page = await open(chromium, { width, height, scheme });
      const found = [];
      for (const [name, hash, there] of VIEWS) {
        await page.goto('about:blank');
        await page.goto(`${desk.address}/workbench/${hash.replace(/\{(\w+)\}/, (_, key) => ids[key])}`);
        await page.locator(there).first().waitFor();
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${folder}${name}-${width}-${scheme}.png` });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) found.push(`${name}: ${wide} pixels wider than the window`);
        const session = await page.context().newCDPSession(page);
        await session.send('Page.setBypassCSP', { enabled: true }).catch(() => {});
        const wrong = await page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'], iframes: false }).then((it) => it.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')))); })()`);
        found.push(...wrong.map((it) => `${name}: ${it}`));
      }
      assert.deepEqual(found, []);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }
}
