// Access is taken: nobody gets in, the bill falls to the cent, the history stays; and somebody is invited again.

import assert from 'node:assert/strict';
import { PASSWORD, cents, share } from './world.js';

/** What a dialog's bill says: its lines, what is booked now, and what changes each month, in cents. */
async function billOf(it) {
  const rows = it.dialog.locator('.bill .row');
  await it.sees(rows, 'Each month');
  const read = async (label) => cents(await rows.filter({ hasText: label }).locator('.num').innerText());
  const lines = await it.dialog.locator('.bill .row.small .num').allInnerTexts();
  return { lines: lines.map(cents), now: await read('Booked now'), monthly: await read('Each month') };
}

/** The latest line of the timeline about an item, with its working done again. */
async function booked(it, item, reason) {
  const line = it.page.locator('.timeline li', { hasText: item }).filter({ hasText: reason }).first();
  await line.waitFor();
  const amount = cents(await line.locator('.num').innerText());
  const [, base, numerator, denominator] = (await line.innerText()).match(/\$([\d.,]+) × (\d+)\/(\d+)/) ?? [];
  assert.ok(base, 'a line shows its own working');
  assert.equal(Math.abs(amount), share(cents(base), numerator, denominator), 'and comes to the cent');
  return amount;
}

const revoke = async (it, name, check) => {
  const drawer = await it.open(name);
  await it.press('Revoke access', drawer);
  const found = await check();
  await it.dialog.locator('[data-yes]').click();
  await it.toast('Access revoked');
  await it.badge(drawer, 'Revoked', 'red');
  await it.close();
  return found;
};

export default {
  async 'the link that nobody used, and one of two clients: the bill stays'(it) {
    await it.close();
    await it.view('Billing');
    await it.figure('each month', '$98.00');
    await it.view('Clients');
    for (const name of ['For the press', 'Ben Okafor']) await revoke(it, name, () => it.sees(it.dialog.getByText('This costs nothing, and changes no bill.')));
    await it.chip('Revoked', 2);
    await it.view('Billing');
    await it.figure('each month', '$98.00');
  },

  async 'the last client of a brand: its white-label ends, with a credit to the cent'(it) {
    await it.view('Clients');
    const shown = await revoke(it, 'Ann Ito', () => billOf(it));
    assert.equal(shown.monthly, -4900, 'Adidas goes on: Cleo has it');
    assert.ok(shown.now < 0 && shown.now === shown.lines.reduce((sum, line) => sum + line, 0), 'the lines add up');
    await it.view('Billing');
    await it.figure('each month', '$49.00');
    assert.equal(await booked(it, 'White-label of nike', 'Stopped'), shown.now, 'what was shown is what was booked');
    await it.view('Brands');
    await it.sees(it.row('Nike'), 'not charged');
    await it.logged('White-label stopped', 'Nike');
  },

  async 'whoever was in is out, and doesn’t get in again'(it) {
    await it.screen('Portal');
    await it.heading('Log in');
    await it.logIn('ann@nike.example');
    await it.sees(it.portal.getByText('Your access to this portal was removed.'));
  },

  async 'invited again, with the history: the log-in of before opens the door'(it) {
    await it.view('Clients');
    const drawer = await it.open('Ann Ito');
    await drawer.getByRole('tab', { name: 'Activity' }).click();
    const before = Number(await drawer.locator('.figure', { hasText: 'log-ins' }).locator('b').innerText());
    assert.ok(before >= 3);
    await it.press('Invite again', drawer);
    assert.equal(await it.dialog.getByLabel('E-mail', { exact: true }).inputValue(), 'ann@nike.example');
    await it.dialog.locator('.pick label', { hasText: 'Nike' }).click();
    await it.bill('Each month', '+$49.00');
    await it.press('Send the invite', it.dialog);
    await it.toast('Invited again');
    await it.badge(drawer, 'Pending', 'yellow');
    await it.close();
    await it.mail('ann@nike.example', /invites you to Nike/);
    await it.follow('/invite/');
    await it.sees(it.portal.getByRole('heading', { name: 'Accept with your log-in' }));
    await it.portal.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await it.portal.getByRole('button', { name: 'Accept the invitation' }).click();
    await it.heading('Nike');
    await it.view('Clients');
    await it.badge(it.row('Ann Ito'), 'Active', 'green');
    await it.open('Ann Ito');
    await drawer.getByRole('tab', { name: 'Activity' }).click();
    await it.sees(drawer.locator('.figure', { hasText: 'log-ins' }).locator('b'), String(before + 1));
    await it.close();
    await it.view('Billing');
    await it.figure('each month', '$98.00');
  },
};
