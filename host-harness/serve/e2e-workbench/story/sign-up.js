// The mail's link opens the portal in its frame: sign-up, a welcome, and what the agency sees of it.

import assert from 'node:assert/strict';
import { PASSWORD } from './world.js';

export default {
  async 'the link in the mail leads to sign-up, in the agency’s branding'(it) {
    await it.mail('ann@nike.example', /invites you to Nike/);
    await it.follow('/invite/');
    await it.heading('Olga invites you');
    await it.sees(it.portal.locator('.chips'), 'Nike');
    await it.sees(it.portal.locator('.portal-name'), 'Northlight Portal');
    assert.doesNotMatch(await it.portal.locator('body').innerText(), /clientdesk/i, 'no vendor is named');
    assert.equal(await it.portal.getByLabel('Your name').inputValue(), 'Ann Ito');
    await it.portal.getByLabel('Choose a password').fill('password');
    await it.portal.getByRole('button', { name: 'Sign up and accept' }).click();
    await it.sees(it.portal.getByText('most common passwords'));
    await it.portal.getByLabel('Choose a password').fill(PASSWORD);
    await it.portal.getByRole('button', { name: 'Sign up and accept' }).click();
    await it.heading('Nike');
    await it.sees(it.portal.getByText('Good to have you. Start with the dashboard.'));
    await it.sees(it.page.locator('.calls'), 'portal.sign-up');
    assert.equal(await it.portal.locator('summary', { hasText: 'Brand' }).count(), 0, 'one brand needs no switcher');
  },

  async 'pages and exports are counted'(it) {
    for (const page of ['Dashboard', 'Citations']) {
      await it.portal.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: page }).click();
      await it.heading(page);
    }
    await it.portal.getByRole('button', { name: 'Export PDF' }).click();
    await it.sees(it.portal.getByText('The PDF export is recorded.'));
  },

  async 'the agency sees an active client, and what it did'(it) {
    await it.view('Clients');
    await it.chip('Active', 1);
    await it.badge(it.row('Ann Ito'), 'Active', 'green');
    const drawer = await it.open('Ann Ito');
    await it.fact(drawer, 'Joined', /just now|minute/);
    await it.fact(drawer, 'Last log-in', /just now|minute/);
    await it.sees(drawer.locator('.factor', { hasText: 'Recency' }), '100');
    await drawer.getByRole('tab', { name: 'Activity' }).click();
    for (const [what, number] of [['log-ins', 1], ['page views', 2], ['exports', 1]]) await it.sees(drawer.locator('.figure', { hasText: what }).locator('b'), String(number));
    await it.sees(drawer.locator('.factor'), /citations/);
    await it.sees(drawer.locator('.list'), /accepted|joined/i);
    await it.close();
  },

  async 'the link works once, and the welcome is for the first time'(it) {
    await it.mail('ann@nike.example', /invites you to Nike/);
    await it.follow('/invite/');
    await it.heading('This invitation was used already');
    await it.screen('Outbox');
    await it.screen('Portal');
    await it.heading('Nike');
    await it.logOut();
    await it.logIn('ann@nike.example', 'not my password');
    await it.sees(it.portal.getByText('isn\'t right'));
    await it.logIn('ann@nike.example');
    await it.heading('Nike');
    assert.equal(await it.portal.getByText('Good to have you').count(), 0, 'the welcome is over');
  },
};
