// The end of accounts: ticked, named, priced, and gone for good; what was paid for runs out, the log stays whole.

import assert from 'node:assert/strict';

export default {
  async 'ticked in the list, deleted once its name is typed, after seeing what goes on'(it) {
    await it.view('Accounts');
    await it.row('Nike Inc').getByLabel('Choose Nike Inc').check();
    await it.row('Corner Shop').getByLabel('Choose Corner Shop').check();
    await it.sees(it.page.getByText('2 chosen'));
    await it.press('Delete', it.page.locator('.page-head'));
    await it.dialog.getByRole('heading', { name: 'Delete 2 accounts for good?' }).waitFor();
    await it.sees(it.dialog.locator('.bill'), 'goes on');
    await it.sees(it.dialog.locator('.bill'), 'paid until');
    const yes = it.button('Delete them', it.dialog);
    assert.ok(await yes.isDisabled());
    await it.dialog.getByLabel('Type “Nike Inc”').fill('Nike');
    await it.dialog.getByLabel('Type “Corner Shop”').fill('Corner Shop');
    assert.ok(await yes.isDisabled(), 'a name must be whole');
    await it.dialog.getByLabel('Type “Nike Inc”').fill('Nike Inc');
    await yes.click();
    await it.toast('2 accounts deleted');
    await it.chip('Deleted', 2);
    await it.badge(it.row('Nike Inc'), 'Deleted', 'red');
    assert.equal(await it.row('Nike Inc').getByLabel('Choose Nike Inc').count(), 0);
  },

  async 'its brand is archived, its people are out, its white-label is credited'(it) {
    await it.view('Brands');
    await it.page.getByLabel('Archived').check();
    await it.sees(it.row('Nike'), 'archived');
    await it.page.getByLabel('Archived').uncheck();
    await it.view('Clients');
    await it.badge(it.row('Ann Ito'), 'Revoked', 'red');
    await it.screen('Portal');
    await it.logIn('ann@nike.example');
    await it.sees(it.portal.getByText('Your access to this portal was removed.'));
    await it.view('Billing');
    await it.sees(it.page.locator('.timeline li', { hasText: 'White-label of nike' }), 'Stopped');
  },

  async 'at the end of the month nothing of it is charged any more'(it) {
    await it.view('Billing');
    await it.on('+1 w', 5);
    await it.page.waitForFunction(() => !/nike-inc|corner-shop/.test(document.querySelector('.bill-split > .stack .list')?.textContent ?? 'nike-inc'));
    await it.sees(it.page.locator('.timeline .invoice'), /Invoice \d+/);
    await it.page.locator('.timeline .invoice').first().getByRole('button').click();
    await it.sees(it.dialog.locator('pre'), /Northlight/);
    await it.page.keyboard.press('Escape');
  },

  async 'the log verifies, from the first entry to the last'(it) {
    await it.screen('Log');
    await it.press('Verify');
    await it.sees(it.page.getByText(/^Verified: all \d+ entries are as they were written, and in order/));
  },
};
