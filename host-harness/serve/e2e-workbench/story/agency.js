// An agency begins: its name, its brands, what its portal has, and how that looks.

import assert from 'node:assert/strict';

export default {
  async 'an agency is made in the bar'(it) {
    await it.page.goto(`${it.desk.address}/workbench/`);
    await it.page.getByLabel('Agency', { exact: true }).selectOption('New agency…');
    await it.dialog.getByLabel('Name').fill('Northlight');
    await it.dialog.getByLabel('E-mail for its notices').fill('not an address');
    await it.press('Make it', it.dialog);
    await it.sees(it.dialog.locator('.wrong'), 'e-mail');
    await it.dialog.getByLabel('E-mail for its notices').fill('office@northlight.example');
    await it.press('Make it', it.dialog);
    await it.toast('Northlight is there');
    assert.equal(await it.page.getByLabel('Agency', { exact: true }).locator('option:checked').innerText(), 'Northlight');
    await it.page.waitForURL(/agency=northlight/);
    await it.sees(it.page.getByText('Nobody is invited yet'));
  },

  async 'it has three brands, which cost nothing yet'(it) {
    await it.view('Brands');
    await it.sees(it.page.getByText('No brands yet'));
    for (const name of ['Nike', 'Adidas', 'Puma']) {
      await it.press('New brand', it.page.locator('.page-head'));
      await it.dialog.getByLabel('Name').fill(name);
      await it.press('Make it', it.dialog);
      await it.sees(it.row(name), 'not charged');
    }
    assert.equal(await it.page.locator('tbody tr').count(), 3);
    await it.press('New brand', it.page.locator('.page-head'));
    await it.dialog.getByLabel('Name').fill('nike');
    await it.press('Make it', it.dialog);
    await it.sees(it.dialog, /taken|exists|already/);
    await it.press('Cancel', it.dialog);
    await it.view('Billing');
    await it.figure('each month', '$0.00');
    await it.sees(it.page.getByText('Nothing is charged'));
  },

  async 'its portal has features, and its thresholds are 14 and 45 days'(it) {
    await it.view('Settings');
    const form = it.page.getByRole('form', { name: 'Portal features' });
    for (const [at, label] of ['Dashboard', 'Citations', 'Reports'].entries()) {
      if (at) await it.press('Add a feature', form);
      await form.getByLabel('Label').nth(at).fill(label);
    }
    await it.press('Save', form);
    await it.toast('Saved: portal features');
    const health = it.page.getByRole('form', { name: 'Health thresholds' });
    assert.equal(await health.getByLabel('At risk after days').inputValue(), '14');
    assert.equal(await health.getByLabel('Churned after days').inputValue(), '45');
    await health.getByLabel('Churned after days').fill('14');
    await it.press('Save', health);
    await it.sees(health.locator('.wrong, .note.bad'), /\S/);
    await health.getByLabel('Churned after days').fill('45');
    await it.press('Save', health);
    await it.toast('Saved: health thresholds');
    const alerts = it.page.getByRole('form', { name: 'Alerts' });
    await alerts.getByLabel('When a client turns at risk or churned').check();
    await it.press('Save', alerts);
    await it.toast('Saved: alerts');
    const digest = it.page.getByRole('form', { name: 'Weekly summary' });
    await digest.getByLabel('Send it').check();
    await it.press('Save', digest);
    await it.toast('Saved: weekly summary');
  },

  async 'the log has all of it'(it) {
    await it.logged('Brand created', 'Puma');
    await it.logged('Settings changed');
  },

  async 'branding shows in the portal at once, and warns of colours that nobody can read'(it) {
    await it.screen('Portal');
    await it.heading('Log in');
    await it.page.getByLabel('Portal name').fill('Northlight Portal');
    await it.page.getByLabel('Accent', { exact: true }).fill('#fde047');
    await it.page.getByLabel('Background', { exact: true }).fill('#fefce8');
    await it.sees(it.page.locator('.note.warn'), 'hardly stands out');
    await it.page.getByLabel('Accent', { exact: true }).fill('#0f766e');
    await it.page.getByLabel('Background', { exact: true }).fill('#f0fdfa');
    await it.sees(it.page.getByText('Everything can be read.'));
    await it.page.getByLabel('Support e-mail').fill('help@northlight.example');
    await it.page.getByLabel('Welcome message').fill('Good to have you. Start with the dashboard.');
    await it.press('Save', it.page.locator('.portal-split'));
    await it.toast('Saved: pages and mails have it');
    await it.sees(it.portal.locator('.portal-name'), 'Northlight Portal');
    const colour = () => it.portal.getByRole('button', { name: 'Log in' }).evaluate((made) => getComputedStyle(made).backgroundColor);
    assert.equal(await colour(), 'rgb(15, 118, 110)');
    await it.sees(it.portal.getByText('help@northlight.example'));
    assert.doesNotMatch(await it.portal.locator('body').innerText(), /clientdesk/i, 'no vendor is named');
  },
};
