// Signing in on a client's behalf: a bar tells so everywhere, it is logged, and there is a way out.

import assert from 'node:assert/strict';

export default {
  async 'beside the account, with a reason: the portal opens with a bar'(it) {
    await it.view('Accounts');
    await it.row('Nike Inc').getByRole('button', { name: 'Sign in for Nike Inc' }).click();
    await it.dialog.getByLabel('Why').fill('Ticket 4711');
    await it.press('Sign in', it.dialog);
    await it.sees(it.page.locator('.strip.acting'), 'Olga is signed in on behalf of Nike Inc, to look only.');
    await it.heading('On a client\'s behalf');
    await it.portal.getByRole('button', { name: 'Continue' }).click();
    await it.sees(it.portal.locator('.banner'), 'Olga is signed in on behalf of Nike Inc');
    await it.heading('Nike');
    await it.portal.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Citations' }).click();
    await it.heading('Citations');
    await it.look('banner');
  },

  async 'what is the agency’s waits meanwhile, and there is one sign-in at a time'(it) {
    await it.view('Accounts');
    await it.row('Corner Shop').getByRole('button', { name: 'Sign in for Corner Shop' }).click();
    await it.press('Sign in', it.dialog);
    await it.sees(it.dialog.locator('.note.bad'), /signed in|Nike|sign-in/i);
    await it.press('Cancel', it.dialog);
    await it.view('Brands');
    await it.press('New brand', it.page.locator('.page-head'));
    await it.dialog.getByLabel('Name').fill('Asics');
    await it.press('Make it', it.dialog);
    await it.sees(it.dialog.locator('.note.bad'), /\S/);
    await it.press('Cancel', it.dialog);
  },

  async 'the way out leads back to the account, whose log has it all'(it) {
    await it.screen('Portal');
    await it.heading('Nike');
    await it.portal.getByRole('button', { name: 'Leave Nike Inc' }).click();
    await it.toast('You have left Nike Inc');
    await it.page.locator('.strip.acting').waitFor({ state: 'detached' });
    const drawer = it.drawer('Account');
    await drawer.getByRole('heading', { name: 'Nike Inc', exact: true }).waitFor();
    await it.sees(drawer.locator('.list li'), 'Olga: Ticket 4711');
    await it.close('Account');
    await it.logged('Impersonation started', 'Nike');
    await it.logged('Impersonation used');
    await it.logged('Impersonation ended');
    await it.screen('Portal');
    assert.equal(await it.portal.locator('.banner').count(), 0);
  },

  async 'with changes: made in the account’s name, and in nobody else’s'(it) {
    await it.view('Accounts');
    await it.row('Nike Inc').getByRole('button', { name: 'Sign in for Nike Inc' }).click();
    await it.dialog.getByLabel('Why').fill('More room');
    await it.dialog.getByLabel('May').selectOption('Change things too');
    await it.press('Sign in', it.dialog);
    await it.portal.getByRole('button', { name: 'Continue' }).click();
    await it.sees(it.portal.locator('.banner'), 'Nike Inc');
    await it.view('Accounts');
    const drawer = await it.open('Nike Inc', 'Account');
    await it.sees(drawer.getByText('done in its name'));
    await it.press('Change plan', drawer);
    await it.dialog.locator('select').selectOption({ label: 'Pro, $199.00 a month' });
    await it.press('Show the price', it.dialog);
    await it.press('Change it', it.dialog);
    await it.toast('The plan is changed');
    await it.press('Remove five-dashboards', drawer);
    await it.press('Remove it', it.dialog);
    await it.sees(drawer.locator('.note'), 'Removal (five-dashboards) on');
    await it.close('Account');
    await it.logged('Account change planned', 'Olga for nike-inc');
    await it.press('Leave Nike Inc', it.page.locator('.strips'));
    await it.toast('You have left Nike Inc');
    await it.page.locator('.strip.acting').waitFor({ state: 'detached' });
    await it.close('Account');
  },
};
