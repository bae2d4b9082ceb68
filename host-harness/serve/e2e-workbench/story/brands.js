// A client of two brands switches between them; what it may is the agency's, and holds at once.

import assert from 'node:assert/strict';
import { PASSWORD } from './world.js';

export default {
  async 'another brand is given, which costs nothing more, and a mail tells so'(it) {
    await it.view('Clients');
    const drawer = await it.open('Ann Ito');
    await drawer.getByRole('tab', { name: 'Brands' }).click();
    await drawer.getByLabel('Another brand').selectOption('Adidas');
    await it.sees(it.dialog.getByText('This costs nothing'));
    await it.press('Give access', it.dialog);
    await it.toast('Access given');
    await it.sees(drawer.getByText('2 brands'));
    await it.close();
    await it.sees(it.row('Ann Ito').locator('.tag'), '+1');
    await it.mail('ann@nike.example', /Adidas/);
  },

  async 'a switcher is there, and each brand is a world of its own'(it) {
    await it.screen('Portal');
    await it.heading('Nike');
    await it.portal.locator('summary', { hasText: 'Nike' }).click();
    await it.portal.getByRole('button', { name: 'Adidas' }).click();
    await it.heading('Adidas');
    await it.portal.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Reports' }).click();
    await it.heading('Reports');
    await it.sees(it.portal.locator('.over'), 'Adidas');
    assert.doesNotMatch(await it.portal.locator('body').innerText(), /Ben|Cleo|Puma/, 'clients see neither each other nor others’ brands');
    await it.sees(it.page.locator('.calls'), 'portal.switch-brand');
  },

  async 'an export that is turned off meanwhile is denied, and nothing is recorded'(it) {
    const button = it.portal.getByRole('button', { name: 'Export CSV' });
    await button.waitFor();
    // The page with the button is open in another tab while the agency turns exports off.
    const tab = await it.page.context().newPage();
    await tab.goto(`${it.desk.address}/portal/northlight/pages/reports`);
    await it.view('Clients');
    const drawer = await it.open('Ann Ito');
    await drawer.getByRole('tab', { name: 'Permissions' }).click();
    await drawer.getByRole('switch', { name: /Export data/ }).click();
    await it.toast('Holds at once, also in open sessions');
    await tab.getByRole('button', { name: 'Export CSV' }).click();
    await tab.getByRole('alert').getByText('not export it').waitFor();
    await tab.getByText('Exports are turned off for you.').waitFor();
    await tab.close();
    await drawer.getByRole('tab', { name: 'Activity' }).click();
    await it.sees(drawer.locator('.figure', { hasText: 'exports' }).locator('b'), '1');
    await it.close();
    await it.screen('Portal');
    await it.heading('Adidas');
    await it.sees(it.portal.getByText('Exports are turned off for you.'));
    await it.sees(it.portal.getByRole('link', { name: 'help@northlight.example' }));
    assert.equal(await it.portal.getByRole('button', { name: 'Export CSV' }).count(), 0);
  },

  async 'somebody with a log-in already is asked for it, not for a new one'(it) {
    await it.page.getByLabel('Agency', { exact: true }).selectOption('Acme');
    await it.view('Brands');
    await it.press('New brand', it.page.locator('.page-head'));
    await it.dialog.getByLabel('Name').fill('Fila');
    await it.press('Make it', it.dialog);
    await it.sees(it.row('Fila'));
    await it.view('Clients');
    await it.press('Invite', it.page.locator('.page-head'));
    await it.dialog.getByLabel('E-mail', { exact: true }).fill('ann@nike.example');
    await it.dialog.locator('.pick label', { hasText: 'Fila' }).click();
    await it.press('Send the invite', it.dialog);
    await it.badge(it.drawer(), 'Pending', 'yellow');
    await it.close();
    await it.mail('ann@nike.example', /Fila/);
    await it.follow('/invite/');
    await it.sees(it.portal.getByRole('heading', { name: 'Accept with your log-in' }));
    await it.portal.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await it.portal.getByRole('button', { name: 'Accept the invitation' }).click();
    await it.heading('Fila');
    assert.doesNotMatch(await it.portal.locator('body').innerText(), /Nike|Northlight/, 'nothing crosses from one agency to another');
    await it.page.getByLabel('Agency', { exact: true }).selectOption('Northlight');
    await it.heading('Adidas');
  },
};
