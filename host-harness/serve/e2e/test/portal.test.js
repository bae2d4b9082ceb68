// The story of a client by clicking: invited, in, out, a forgotten password, an address confirmed; an owner who chooses a plan; an
// operator on a client's behalf. Then every form once more without JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, look, start } from './site.js';

const CALL = { agency: 'northlight' };

/** @type {import('./site.js').Site} */ let site;
before(async () => {
  site = await start();
  await plans();
});
after(() => site?.stop());

/** What is for sale, and an account that the platform bills. */
async function plans() {
  const { catalog, version } = await site.call('catalog.get', {});
  /** @param {string} id @param {string} name @param {number} monthly @param {number} dashboards */
  const plan = (id, name, monthly, dashboards) => ({
    id, name, monthly,
    resources: { dashboards: { 'at-most': dashboards }, users: dashboards > 10 ? 'unlimited' : { 'at-most': dashboards * 2 }, 'api-calls': { 'at-most': dashboards * 1000 } },
    features: dashboards > 3 ? ['download-reports', 'email-reports', 'private-links'] : ['download-reports'],
  });
  const sold = [plan('starter', 'Starter', 2900, 3), plan('studio', 'Studio', 7900, 10), plan('agency', 'House', 19900, 50)];
  await site.call('catalog.set', { catalog: { ...catalog, plans: sold }, expected: version });
}

/** @param {import('playwright-core').Page} page @param {string} name */
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

test('a client is invited, comes in, looks around, exports, and comes back', async () => {
  const { page, problems, context } = await site.open();
  const link = await site.link('invite');
  await page.goto(link);
  await heading(page, 'Olga Berg invites you');
  assert.equal(page.url(), `${site.portal}/invite`, 'the secret left the address');
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Ann Example');
  await look(page, 'invite');
  await page.getByLabel('Choose a password').fill('password');
  await page.getByRole('button', { name: 'Sign up and accept' }).click();
  await page.getByText('is among the most common passwords').waitFor();
  assert.equal(await page.getByLabel('Choose a password').inputValue(), '', 'a password never comes back');
  await look(page, 'invite-refused');
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await heading(page, 'Nike');
  await page.getByText('Good to have you').waitFor();
  await look(page, 'home-welcome');

  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => name === 'portal-session');
  assert.deepEqual([session?.httpOnly, session?.sameSite, session?.path], [true, 'Lax', '/portal/northlight']);

  await page.locator('summary').first().click();
  await look(page, 'brands-open');
  await page.getByRole('button', { name: 'Adidas' }).click();
  await heading(page, 'Adidas');
  await page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Citations' }).click();
  await heading(page, 'Citations');
  await look(page, 'feature');
  await page.getByRole('button', { name: 'Export PDF' }).click();
  await page.getByText('The PDF export is recorded.').waitFor();
  await look(page, 'exported');

  const { clients } = await site.call('clients.list', { call: CALL, page: { limit: 10 } });
  await site.call('clients.set-permissions', { call: CALL, id: clients[0].id, permissions: { 'can-export': false, 'read-only': true, features: null } });
  await page.getByRole('button', { name: 'Export CSV' }).click();
  await page.getByRole('alert').getByText('not export it').waitFor();
  await look(page, 'export-denied');
  await site.call('clients.set-permissions', { call: CALL, id: clients[0].id, permissions: { 'can-export': true, 'read-only': false, features: null } });

  await page.getByText('Your menu').locator('..').click();
  await look(page, 'menu-open');
  await page.getByRole('link', { name: 'Your profile' }).click();
  await heading(page, 'Your profile');
  await look(page, 'profile');
  await page.getByLabel('New e-mail address').fill('ann@new.example');
  await page.getByLabel('Your password', { exact: true }).fill('not my password');
  await page.getByRole('button', { name: 'Change the address' }).click();
  await page.getByText('That isn\'t your password.').waitFor();
  await look(page, 'profile-refused');
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Change the address' }).click();
  await page.getByRole('status').getByText('Look into the new address').waitFor();

  await page.goto(await site.link('confirm-email'));
  await heading(page, 'Confirm your e-mail address');
  await look(page, 'confirm');
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByText('your e-mail address is confirmed').waitFor();
  await page.goto(`${site.portal}/profile`);
  await page.getByRole('definition').getByText('ann@new.example').waitFor();

  await page.getByText('Your menu').locator('..').click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are logged out.').waitFor();
  await look(page, 'log-in');
  await page.goto(`${site.portal}/pages/reports`);
  await page.getByLabel('E-mail address').fill('ann@new.example');
  await page.getByLabel('Password').fill('not my password');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('The e-mail address or the password isn\'t right.').waitFor();
  await look(page, 'log-in-refused');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await heading(page, 'Reports');

  await context.clearCookies();
  await page.goto(`${site.portal}/log-in`);
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await look(page, 'forgot');
  await page.getByLabel('E-mail address').fill('ann@new.example');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await heading(page, 'Look into your inbox');
  await look(page, 'forgot-sent');
  const reset = await site.link('reset-password');
  await page.goto(reset);
  await heading(page, 'Choose a new password');
  await look(page, 'reset');
  await page.getByLabel('New password', { exact: true }).fill('another one altogether');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('Log in with the new one.').waitFor();
  await page.getByLabel('E-mail address').fill('ann@new.example');
  await page.getByLabel('Password').fill('another one altogether');
  await page.getByRole('button', { name: 'Log in' }).click();
  await heading(page, 'Nike');

  await page.goto(link);
  await heading(page, 'This invitation was used already');
  await look(page, 'notice');
  await page.goto(reset);
  await page.getByLabel('New password', { exact: true }).fill('yet another one');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await heading(page, 'This link is over');
  assert.deepEqual(problems, []);
  await context.close();
});

test('an owner chooses a plan, sees colleagues, and says what operators may do', async () => {
  const { page, problems, context } = await site.open();
  await site.call('accounts.create', { call: CALL, account: { id: 'nike-inc', name: 'Nike Inc', email: 'dora@nike.example', 'billing-owner': 'platform', start: 'setup' } });
  await site.call('accounts.move-brand', { call: CALL, id: 'nike', account: 'nike-inc' });
  await site.call('accounts.start-trial', { call: CALL, id: 'nike-inc', days: 14 });
  await page.goto(await site.link('invite'));
  await page.getByLabel('Your name').fill('Dora Door');
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up and accept' }).click();
  await heading(page, 'Choose a plan');
  await look(page, 'plans');
  await page.getByRole('link', { name: 'Decide later' }).click();
  await heading(page, 'Nike');
  await page.getByText('Nike Inc needs a plan.').waitFor();
  await look(page, 'plan-due');
  await page.getByRole('link', { name: 'Choose a plan' }).click();
  await page.getByRole('button', { name: 'Choose Studio' }).click();
  await page.getByText('Your plan runs from now on.').waitFor();

  await page.goto(`${site.portal}/profile`);
  await page.getByRole('link', { name: 'Colleagues' }).click();
  await page.getByLabel('E-mail address').fill('eve@nike.example');
  await page.getByLabel('Name').fill('Eve');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByText('The invitation is on its way.').waitFor();
  await look(page, 'colleagues');

  await page.goto(`${site.portal}/profile`);
  await page.getByRole('link', { name: 'Sign-ins on your behalf' }).click();
  await page.getByLabel('Nothing, unless you allow it for a time').check();
  await page.getByRole('button', { name: 'Keep this' }).click();
  await page.getByRole('button', { name: 'For an hour' }).click();
  await page.getByText('Everything is allowed until').waitFor();
  await look(page, 'sign-ins');
  assert.deepEqual(problems, []);
  await context.close();
});

test('an operator comes in on a client\'s behalf, and leaves by the banner', async () => {
  const { page, problems, context } = await site.open();
  const back = `${site.origin}/healthz?from=console`;
  const signIn = { account: 'nike-inc', reason: 'Ticket 4711', mode: 'full', 'return-to': back };
  const { token } = await site.call('impersonation.start', { call: CALL, 'sign-in': signIn });
  await page.goto(`${site.portal}/on-behalf/${token}`);
  await heading(page, 'On a client\'s behalf');
  assert.equal(page.url(), `${site.portal}/on-behalf`);
  await look(page, 'arrive');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Olga Berg is signed in on behalf of Nike Inc').waitFor();
  await look(page, 'banner');
  await page.goto(`${site.portal}/profile`);
  await heading(page, 'This is the client\'s own');
  await page.goto(site.portal);
  await page.getByRole('button', { name: 'Leave Nike Inc' }).click();
  await page.waitForURL(back);
  await page.goto(site.portal);
  await heading(page, 'Log in');

  // The console's own form brings the token without any address having it.
  const again = await site.call('impersonation.start', { call: CALL, 'sign-in': signIn });
  const console = await context.newPage();
  await console.route('https://console.example/**', (route) => route.fulfill({
    contentType: 'text/html',
    body: `<form method="post" action="${site.portal}/on-behalf/arrive"><input type="hidden" name="token" value="${again.token}"><button>Sign in</button></form>`,
  }));
  await console.goto('https://console.example/');
  await console.getByRole('button', { name: 'Sign in' }).click();
  await heading(console, 'On a client\'s behalf');
  await console.getByRole('button', { name: 'Continue' }).click();
  await console.getByText('is signed in on behalf of').waitFor();
  await console.getByRole('button', { name: 'Leave Nike Inc' }).click();
  await console.waitForURL(back);
  assert.deepEqual(problems, []);
  await context.close();
});

test('an agency with loud colours can be read, too', async () => {
  const { page, problems, context } = await site.open();
  await page.goto(await site.link('invite', 'sunny'));
  await look(page, 'sunny-invite');
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up and accept' }).click();
  await heading(page, 'Nike');
  await look(page, 'sunny-home');
  await page.goto(`${site.origin}/portal/sunny/pages/citations`);
  await look(page, 'sunny-feature');
  assert.deepEqual(problems, []);
  await context.close();
});

test('every form works without JavaScript, by keyboard', async () => {
  const { page, problems, context } = await site.open({ javaScriptEnabled: false });
  await site.call('clients.invite-by-email', { call: CALL, invite: { email: 'finn@adidas.example', brands: ['adidas', 'nike'] } });
  await page.goto(await site.link('invite'));
  await page.keyboard.press('Tab');
  assert.equal(await page.getByRole('link', { name: 'Skip to the content' }).evaluate((link) => link === document.activeElement), true);
  await page.getByLabel('Your name').fill('Finn');
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await heading(page, 'Adidas');
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Nike' }).press('Enter');
  await heading(page, 'Nike');
  await page.getByRole('button', { name: 'Export CSV' }).press('Enter');
  await page.getByText('The CSV export is recorded.').waitFor();
  await page.goto(`${site.portal}/profile`);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill('a new one altogether');
  await page.keyboard.press('Enter');
  await page.getByText('Everywhere else, you were logged out.').waitFor();
  await page.locator('summary.round').press('Enter');
  await page.getByRole('button', { name: 'Log out' }).press('Enter');
  await page.getByText('You are logged out.').waitFor();
  await page.getByLabel('E-mail address').fill('finn@adidas.example');
  await page.getByLabel('Password').fill('a new one altogether');
  await page.keyboard.press('Enter');
  await heading(page, 'Adidas');
  assert.deepEqual(problems, []);
  await context.close();
});
