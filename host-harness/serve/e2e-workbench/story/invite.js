// Clients are invited, by mail and by link; each shows its price first, and the bill follows at once.

import assert from 'node:assert/strict';

/** Invites by e-mail; `monthly` is what the dialog says it adds each month. */
async function invite(it, email, name, brands, monthly) {
  await it.view('Clients');
  await it.press('Invite', it.page.locator('.page-head'));
  await it.dialog.getByLabel('E-mail', { exact: true }).fill(email);
  await it.dialog.getByLabel('Name', { exact: true }).fill(name);
  for (const brand of brands) await it.dialog.locator('.pick label', { hasText: brand }).click();
  if (monthly) await it.bill('Each month', monthly);
  else await it.sees(it.dialog.getByText('This costs nothing, and changes no bill.'));
  await it.press('Send the invite', it.dialog);
  await it.toast('Invited: the mail is in the outbox');
  await it.drawer().getByRole('heading', { name }).waitFor();
}

export default {
  async 'the first client of a brand adds its white-label'(it) {
    await invite(it, 'ann@nike.example', 'Ann Ito', ['Nike'], '+$49.00');
    const drawer = it.drawer();
    await it.badge(drawer, 'Pending', 'yellow');
    await it.fact(drawer, 'Invite expires', 'in 14 days');
    await it.fact(drawer, 'Mail', 'Handed over');
    await it.close();
    await it.chip('Pending', 1);
    await it.sees(it.row('ann@nike.example'), 'never');
    await it.view('Billing');
    await it.figure('each month', '$49.00');
  },

  async 'the second adds nothing, another brand does: 49, 49, 98'(it) {
    await invite(it, 'ben@nike.example', 'Ben Okafor', ['Nike'], null);
    await it.close();
    await it.view('Billing');
    await it.figure('each month', '$49.00');
    await invite(it, 'cleo@adidas.example', 'Cleo Rossi', ['Adidas'], '+$49.00');
    await it.close();
    await it.view('Billing');
    await it.figure('each month', '$98.00');
    await it.sees(it.page.locator('.timeline li', { hasText: 'White-label of adidas' }), 'Started');
    await it.view('Brands');
    await it.sees(it.row('Nike'), '$49.00');
    await it.sees(it.row('Puma'), 'not charged');
  },

  async 'a link is made, and no mail goes out'(it) {
    await it.view('Clients');
    await it.press('Invite', it.page.locator('.page-head'));
    await it.dialog.getByRole('tab', { name: 'By link' }).click();
    await it.dialog.getByLabel('Label').fill('For the press');
    await it.dialog.locator('.pick label', { hasText: 'Nike' }).click();
    await it.sees(it.dialog.getByText('This costs nothing'));
    await it.press('Make the link', it.dialog);
    await it.toast('Link copied: it works once');
    assert.match(await it.page.evaluate(() => navigator.clipboard.readText()), /\/portal\/northlight\/invite\//);
    await it.badge(it.drawer(), 'Link invite', 'yellow');
    await it.close();
    await it.screen('Outbox');
    await it.chip('All', 3);
  },

  async 'the list is searched by brand, name and address, and goes out as CSV'(it) {
    await it.view('Clients');
    for (const [typed, found] of [['adidas', 'Cleo Rossi'], ['okafor', 'Ben Okafor'], ['ann@', 'Ann Ito']]) {
      await it.page.getByLabel('Search clients').fill(typed);
      await it.page.waitForFunction((name) => { const rows = [...document.querySelectorAll('.clients-table tbody tr')]; return rows.length === 1 && rows[0].textContent.includes(name); }, found);
    }
    const [file] = await Promise.all([it.page.waitForEvent('download'), it.press('Export')]);
    assert.equal(file.suggestedFilename(), 'northlight-clients.csv');
    const text = await (await import('node:fs/promises')).readFile(await file.path(), 'utf8');
    assert.match(text, /ann@nike\.example/);
    assert.doesNotMatch(text, /cleo/);
    await it.page.getByLabel('Search clients').fill('');
    await it.chip('All', 4);
  },

  async 'the mail lies in the outbox; sent again, its first link is dead and the copied one lives'(it) {
    const mail = await it.mail('ann@nike.example', /invites you to Nike at Northlight Portal/);
    await it.sees(mail.locator('body'), 'Nike');
    const old = await it.page.locator('.mail-links code').first().innerText();
    assert.doesNotMatch(await mail.locator('body').innerText(), /clientdesk/i, 'no vendor is named');
    await it.view('Clients');
    await it.open('Ann Ito');
    await it.press('Resend', it.drawer());
    await it.toast('Sent again: the old link stopped working');
    await it.press('Copy link', it.drawer());
    await it.toast('Link copied: it works once');
    const copied = await it.page.evaluate(() => navigator.clipboard.readText());
    await it.close();
    await it.screen('Outbox');
    await it.chip('All', 4);
    await it.page.goto(`${it.desk.address}/workbench/#portal?agency=northlight&role=owner&at=${encodeURIComponent(copied)}`);
    await it.heading('Olga invites you');
    await it.page.goto(`${it.desk.address}/workbench/#portal?agency=northlight&role=owner&at=${encodeURIComponent(old)}`);
    await it.heading('This invitation can\'t be used');
    await it.sees(it.portal.locator('.lead'), 'There is a newer link than this one');
  },
};
