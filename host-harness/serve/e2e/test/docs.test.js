// The documentation, wide and narrow, light and dark: axe finds nothing, nothing is wider than the page, and it can be walked through.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { look, start } from './site.js';

/** @type {import('./site.js').Site} */ let site;
before(async () => {
  site = await start();
});
after(() => site?.stop());

test('pages are looked at', async () => {
  const { page, problems } = await site.open();
  for (const name of ['', '/cookbook', '/workbench', '/safety', '/nothing']) {
    await page.goto(`${site.origin}/docs${name}`);
    await look(page, `docs${name.replace('/', '-')}`);
  }
  assert.deepEqual(problems, []);
});

test('one gets from the first page to a function, on a phone and without scripts', async () => {
  const { page, problems } = await site.open({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await page.goto(`${site.origin}/docs`);
  await page.getByText('All pages', { exact: true }).click();
  await page.getByRole('navigation', { name: 'All pages' }).getByRole('link', { name: 'The contract' }).click();
  await page.getByRole('heading', { level: 1, name: 'The contract' }).waitFor();
  await page.getByRole('link', { name: 'invite-by-email' }).first().click();
  assert.equal(new URL(page.url()).hash, '#clientsinvite-by-email');
  await page.getByRole('heading', { level: 3, name: 'clients.invite-by-email' }).waitFor();
  await page.getByRole('link', { name: 'Next' }).click();
  await page.getByRole('heading', { level: 1, name: 'Billing' }).waitFor();
  assert.deepEqual(problems, []);
});
