// The clock moves: an active client turns at risk, then churned; invites expire; and one comes back.

import { PASSWORD } from './world.js';

export default {
  async 'two weeks without a log-in: at risk, and the agency is told'(it) {
    await it.view('Clients');
    await it.on('+1 w', 2);
    await it.sees(it.page.locator('.strip'), 'it is 14 days ahead');
    await it.chip('At risk', 1);
    await it.badge(it.row('Ann Ito'), 'At risk', 'orange');
    await it.page.locator('.chip', { hasText: 'At risk' }).click();
    await it.page.waitForURL(/status=at-risk/);
    await it.page.waitForFunction(() => document.querySelectorAll('.clients-table tbody tr').length === 1);
    const drawer = await it.open('Ann Ito');
    await it.sees(drawer.locator('.factor', { hasText: 'Recency' }), '69');
    await it.fact(drawer, 'Last log-in', '14 days ago');
    await it.close();
    await it.page.locator('.chip', { hasText: 'All' }).click();
    await it.mail('office@northlight.example', /at risk/i);
    await it.logged('Client at risk', 'Ann Ito');
  },

  async 'invites that nobody used have expired, cost nothing, and are sent again'(it) {
    await it.view('Clients');
    await it.sees(it.row('Cleo Rossi').locator('.tag'), /expired|Adidas/);
    await it.sees(it.row('Cleo Rossi'), 'expired');
    const drawer = await it.open('Cleo Rossi');
    await it.fact(drawer, 'Invite expires', 'expired');
    await it.press('Resend', drawer);
    await it.toast('Sent again');
    await it.fact(drawer, 'Invite expires', 'in 14 days');
    await it.close();
    await it.mail('cleo@adidas.example', /invites you to Adidas/);
    await it.follow('/invite/');
    await it.heading('Olga invites you');
    await it.portal.getByLabel('Choose a password').fill(PASSWORD);
    await it.portal.getByRole('button', { name: 'Sign up and accept' }).click();
    await it.heading('Adidas');
    await it.logOut();
  },

  async 'a weekly summary says how it stands'(it) {
    const mail = await it.mail('office@northlight.example', /week|summary/i);
    await it.sees(mail.locator('body'), 'At risk');
    await it.sees(mail.locator('body'), '98.00 USD a month');
  },

  async 'after 45 days: churned'(it) {
    await it.view('Clients');
    await it.on('+1 w', 4);
    await it.on('+1 d', 3);
    await it.badge(it.row('Ann Ito'), 'Churned', 'grey');
    await it.badge(it.row('Cleo Rossi'), 'At risk', 'orange');
    await it.chip('Churned', 1);
    const drawer = await it.open('Ann Ito');
    await it.sees(drawer.locator('.factor', { hasText: 'Recency' }), /0/);
    await it.press('Reset password', drawer);
    await it.toast('A link is on its way');
    await it.close();
  },

  async 'won back: a new password by mail, and active again'(it) {
    await it.mail('ann@nike.example', /Choose a new password/, 1);
    await it.follow('/reset-password/');
    await it.heading('Choose a new password');
    await it.portal.getByLabel('New password', { exact: true }).fill('another one altogether');
    await it.portal.getByRole('button', { name: 'Change the password' }).click();
    await it.sees(it.portal.getByText('Log in with the new one.'));
    await it.logIn('ann@nike.example', 'another one altogether');
    await it.heading('Nike');
    await it.view('Clients');
    await it.badge(it.row('Ann Ito'), 'Active', 'green');
    await it.chip('Churned', 0);
  },

  async 'a password that the client forgot itself'(it) {
    await it.screen('Portal');
    await it.heading('Nike');
    await it.logOut();
    await it.portal.getByRole('link', { name: 'Forgot your password?' }).click();
    await it.portal.getByLabel('E-mail address').fill('ann@nike.example');
    await it.portal.getByRole('button', { name: 'Send the link' }).click();
    await it.heading('Look into your inbox');
    await it.mail('ann@nike.example', /Choose a new password/, 2);
    await it.follow('/reset-password/');
    await it.portal.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await it.portal.getByRole('button', { name: 'Change the password' }).click();
    await it.logIn('ann@nike.example');
    await it.heading('Nike');
    await it.view('Clients');
    await it.open('Ann Ito');
  },
};
