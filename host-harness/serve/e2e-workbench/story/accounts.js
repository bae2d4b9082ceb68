// Client accounts: from set-up to active, with plan, resources, features and add-ons; one that the agency pays for, one that pays itself, one without an address.

import assert from 'node:assert/strict';
import { PASSWORD, cents, share } from './world.js';

async function sells(it, kind, name, price, numbers, features) {
  await it.page.locator('.card', { has: it.page.getByRole('heading', { name: kind === 'plan' ? 'Plans' : 'Add-ons', exact: true }) }).getByRole('button', { name: `New ${kind}` }).first().click();
  await it.dialog.getByLabel('Name').fill(name);
  await it.dialog.getByLabel('USD a month').fill(price);
  for (const [label, number] of Object.entries(numbers)) await it.dialog.getByLabel(label).fill(number);
  for (const feature of features) await it.dialog.locator('.pick label', { hasText: feature }).click();
  await it.press('Make it', it.dialog);
  await it.sees(it.page.locator('.list li', { hasText: name }), `$${price} a month`);
}

async function makes(it, name, fill) {
  await it.view('Accounts');
  await it.press('New account', it.page.locator('.page-head'));
  await it.dialog.getByLabel('Name').fill(name);
  await fill?.(it.dialog);
  await it.press('Make it', it.dialog);
  const drawer = it.drawer('Account');
  await drawer.getByRole('heading', { name, exact: true }).waitFor();
  return drawer;
}

export default {
  async 'the platform sells plans and an add-on'(it) {
    await it.view('Prices');
    await it.figure('a brand a month', '$49.00');
    await it.figure('a brand a year', '$492.00');
    await it.figure('volume discount on plans', '10 % from 3 plans on');
    await it.sees(it.page.getByText('No plans are sold'));
    await sells(it, 'plan', 'Basic', '99.00', { Dashboards: '5', Users: '10', 'API calls a day': '0' }, ['Download reports', 'Private links']);
    await sells(it, 'plan', 'Pro', '199.00', { Dashboards: '20', Users: '50', 'API calls a day': '1000' }, ['Download reports', 'Reports by e-mail', 'Single sign-on']);
    await sells(it, 'add-on', 'Five dashboards', '25.00', { Dashboards: '5' }, []);
  },

  async 'an account in set-up hides its brand from clients, and costs nothing'(it) {
    await it.view('Accounts');
    await it.sees(it.page.getByText('No accounts yet'));
    const drawer = await makes(it, 'Nike Inc', async (form) => {
      await form.getByLabel('Description').fill('Shoes, mostly');
      await form.getByLabel('E-mail', { exact: true }).fill('finance@nike.example');
      await form.getByLabel('Plan', { exact: true }).selectOption('basic');
    });
    await it.badge(drawer, 'Setup', 'yellow');
    await it.fact(drawer, 'Description', 'Shoes, mostly');
    await it.fact(drawer, 'Who pays', 'the agency');
    await it.fact(drawer, 'Each month', '$0.00');
    await it.fact(drawer, 'Plan to come', 'basic');
    await it.sees(drawer.getByText('0 of 5'));
    await drawer.getByLabel('Move a brand here').selectOption('Nike');
    await it.toast('Moved');
    await it.sees(drawer.locator('.tag'), 'Nike');
    await it.sees(drawer.getByText('1 of 10'));
    await it.close('Account');
    await it.screen('Portal');
    await it.portal.locator('h1').waitFor();
    assert.equal(await it.portal.getByRole('heading', { level: 1, name: 'Nike', exact: true }).count(), 0, 'Nike is hidden while it is set up');
  },

  async 'on trial its owner is invited'(it) {
    await it.view('Accounts');
    const drawer = await it.open('Nike Inc', 'Account');
    await it.press('Start a trial', drawer);
    await it.toast('On trial for 14 days');
    await it.badge(drawer, 'Trial', 'orange');
    await it.fact(drawer, 'Trial ends', 'in 14 days');
    await it.sees(drawer.locator('.list li', { hasText: 'finance@nike.example' }), 'owner');
    assert.equal(await drawer.getByRole('button', { name: 'Start a trial' }).count(), 0);
    await it.close('Account');
    await it.mail('finance@nike.example', /Nike/);
    await it.view('Accounts');
    await it.chip('Trial', 1);
  },

  async 'active, for the price that was shown, to the cent; there is no way back'(it) {
    await it.view('Accounts');
    const drawer = await it.open('Nike Inc', 'Account');
    await it.press('Activate', drawer);
    await it.dialog.locator('select').selectOption({ label: 'Basic, $99.00 a month' });
    await it.press('Show the price', it.dialog);
    await it.bill('Each month', '+$99.00');
    const shown = cents(await it.dialog.locator('.bill .row', { hasText: 'Booked now' }).locator('.num').innerText());
    await it.press('Activate', it.dialog);
    await it.toast('It is active');
    await it.badge(drawer, 'Active', 'green');
    await it.fact(drawer, 'Plan', 'basic · $99.00 a month');
    await it.sees(drawer.locator('.tag'), 'Private links');
    for (const gone of ['Start a trial', 'Activate']) assert.equal(await it.button(gone, drawer).count(), 0);
    await it.close('Account');
    await it.view('Billing');
    await it.figure('each month', '$197.00');
    const line = it.page.locator('.timeline li', { hasText: 'Plan of nike-inc' }).filter({ hasText: 'Started' }).first();
    const [, base, numerator, denominator] = (await line.innerText()).match(/\$([\d.,]+) × (\d+)\/(\d+)/);
    assert.equal(cents(await line.locator('.num').innerText()), shown);
    assert.equal(shown, share(cents(base), numerator, denominator));
  },

  async 'words, resources, an add-on, a downgrade to come, a password reset'(it) {
    await it.view('Accounts');
    const drawer = await it.open('Nike Inc', 'Account');
    const more = async (name) => { await it.press('More', drawer); await drawer.getByRole('menuitem', { name }).click(); };
    await more('Edit');
    await it.dialog.getByLabel('What the agency charges it a month').fill('150.00');
    await it.press('Save', it.dialog);
    await it.fact(drawer, 'Charged on', '$150.00 a month, of which $51.00 stay');
    await more('Add an add-on');
    await it.press('Show the price', it.dialog);
    await it.bill('Each month', '+$25.00');
    await it.press('Add it', it.dialog);
    await it.toast('It has the add-on');
    await it.sees(drawer.getByText('0 of 10'));
    await it.press('Change plan', drawer);
    await it.dialog.locator('select').selectOption({ label: 'Pro, $199.00 a month' });
    await it.press('Show the price', it.dialog);
    await it.bill('Each month', '+$100.00');
    await it.press('Change it', it.dialog);
    await it.fact(drawer, 'Plan', 'pro');
    await it.press('Change plan', drawer);
    await it.dialog.locator('select').selectOption({ label: 'Basic, $99.00 a month' });
    await it.press('Show the price', it.dialog);
    await it.press('Change it', it.dialog);
    await it.sees(drawer.locator('.note'), 'Downgrade (basic) on');
    await more('Resources and features');
    await it.dialog.getByLabel('Resources of its own').check();
    await it.dialog.getByLabel('Users').fill('0');
    await it.press('Save', it.dialog);
    await it.sees(it.dialog.locator('.note.bad, .wrong'), /\S/);
    await it.press('Cancel', it.dialog);
    await more('Send a password reset');
    await it.sees(it.page.locator('.toast'), /link is on its way|invite|pending/i);
    await it.close('Account');
  },

  async 'one that pays itself chooses a plan as it logs in'(it) {
    const drawer = await makes(it, 'Puma SE', async (form) => {
      await form.getByLabel('E-mail', { exact: true }).fill('desk@puma.example');
      await form.getByLabel('Who pays').selectOption('platform');
    });
    await drawer.getByLabel('Move a brand here').selectOption('Puma');
    await it.toast('Moved');
    await it.press('Start a trial', drawer);
    await it.badge(drawer, 'Trial', 'orange');
    await it.fact(drawer, 'Plan due', 'the owner is asked to choose one');
    await it.close('Account');
    await it.mail('desk@puma.example', /invites you/);
    await it.follow('/invite/');
    await it.portal.getByLabel('Your name').fill('Pia Puma');
    await it.portal.getByLabel('Choose a password').fill(PASSWORD);
    await it.portal.getByRole('button', { name: 'Sign up and accept' }).click();
    await it.heading('Choose a plan');
    await it.sees(it.portal.locator('.plan', { hasText: 'Pro' }), '$199');
    await it.portal.getByRole('button', { name: 'Choose Basic' }).click();
    await it.sees(it.portal.getByText('Your plan runs from now on.'));
    await it.view('Accounts');
    await it.sees(it.row('Puma SE'), 'Active');
    await it.view('Billing');
    await it.page.getByLabel('Payer').selectOption('Puma SE');
    await it.page.waitForURL(/payer=puma-se/);
    await it.page.waitForFunction(() => !/nike/i.test(document.querySelector('.timeline')?.textContent ?? 'nike'));
    await it.sees(it.page.locator('.timeline li', { hasText: 'Plan of puma-se' }), '$99.00');
  },

  async 'one without an address is reached through the agency alone'(it) {
    const drawer = await makes(it, 'Corner Shop', async (form) => {
      await form.getByLabel('It begins').selectOption('active');
      await form.getByLabel('Plan', { exact: true }).selectOption('basic');
    });
    await it.badge(drawer, 'Active', 'green');
    await it.fact(drawer, 'E-mail', 'none: notices come to the agency');
    assert.equal(await drawer.getByRole('menuitem', { name: 'Send a password reset' }).count(), 0);
    await it.close('Account');
    await it.chip('Active', 3);
  },

  async 'disabled is a pause: what goes on costing is said before, and it comes back'(it) {
    const drawer = await it.open('Corner Shop', 'Account');
    await it.press('Disable', drawer);
    await it.sees(it.dialog.locator('.bill'), 'goes on');
    await it.dialog.locator('[data-yes]').click();
    await it.toast('Nobody gets in any more');
    await it.badge(drawer, 'Disabled', 'grey');
    await it.press('Resume', drawer);
    await it.sees(it.dialog, 'Resume it?');
    await it.dialog.locator('[data-yes]').click();
    await it.toast('It is back');
    await it.badge(drawer, 'Active', 'green');
    await it.close('Account');
  },

  async 'with three plans that the agency pays, a tenth is taken off from the next month on'(it) {
    await makes(it, 'Kiosk', async (form) => {
      await form.getByLabel('It begins').selectOption('active');
      await form.getByLabel('Plan', { exact: true }).selectOption('basic');
    });
    await it.close('Account');
    await it.view('Prices');
    await it.page.getByRole('switch', { name: /Volume discount/ }).click();
    await it.toast('It counts from the next month on');
    await it.view('Billing');
    await it.on('+1 w', 3);
    const line = it.page.locator('.timeline li', { hasText: 'Plan of kiosk' }).filter({ hasText: 'Discount' });
    await it.sees(line, '−$9.90');
    await it.sees(it.page.locator('.timeline .invoice'), /Invoice \d+/);
    await it.view('Accounts');
    await it.sees(it.row('Kiosk'), '$89.10');
  },
};
