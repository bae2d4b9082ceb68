// What people do in the workbench, by mouse and keyboard, from an empty agency on.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { browser, page as open, service } from '../service.js';

let desk;
let chromium;
let page;
const go = async (hash) => { await page.goto(`${desk.address}/workbench/${hash}`); await page.locator('#main h1').first().waitFor(); };
const says = (text) => page.getByText(text).first().waitFor();
/** Waits for what comes in a moment. */
const shows = (locator, text) => locator.filter({ hasText: text }).first().waitFor();
const button = (name) => page.getByRole('button', { name, exact: true });

before(async () => {
  desk = await service();
  chromium = await browser();
  page = await open(chromium);
});
after(async () => { await chromium?.close(); await desk?.end(); });
afterEach(() => { assert.deepEqual(page.complaints, []); });

test('somebody is invited to a new brand, with the price shown first', async () => {
  await go('');
  await says('Nobody is invited yet');
  await button('Invite a client').click();
  await page.getByLabel('E-mail').fill('ann@nike.example');
  await page.getByLabel('Name', { exact: true }).fill('Ann');
  await page.getByLabel('New brand').fill('Nike');
  await button('Add').click();
  await says('Booked now');
  await shows(page.locator('.bill'), /Each month\s*\+\$49\.00/);
  await button('Send the invite').click();
  const drawer = page.getByRole('dialog', { name: 'Client' });
  await drawer.getByText('Pending').first().waitFor();
  await page.waitForURL(/client=/);
  await page.getByRole('button', { name: /^Pending\s*1$/ }).waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
});

test('the mail lies in the outbox, as its recipient sees it, and comes back', async () => {
  await page.getByRole('link', { name: 'Outbox' }).click();
  await page.locator('.mail-row').first().click();
  await page.getByRole('heading', { name: 'Olga invites you to Nike at Acme' }).waitFor();
  const mail = page.frameLocator('.mail-frame');
  await shows(mail.locator('body'), /Nike/);
  await mail.locator('a[href*="/invite/"]').first().waitFor();
  await button('Dark').last().click();
  await page.getByRole('tab', { name: 'Text' }).click();
  await shows(page.locator('.mail-text'), /\/invite\//);
  await page.getByRole('tab', { name: 'Source' }).click();
  await shows(page.locator('.mail-text'), /Subject: Olga invites you/);
  await button('Bounce').click();
  await button('Report it').click();
  await page.getByText('Came back').nth(1).waitFor();
  await page.getByRole('link', { name: 'Client', exact: true }).click();
  await says('mailbox is gone');
});

test('copying, resending and revoking, which shows its price', async () => {
  await button('Copy link').click();
  await says('Link copied: it works once');
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\/invite\//);
  await button('Resend').click();
  await says('Sent again: the old link stopped working');
  await button('Revoke access').click();
  await says('Booked now');
  await page.locator('[data-yes]').click();
  await says('Access revoked');
  await button('Invite again').click();
  await page.locator('.pick label', { hasText: 'Nike' }).click();
  await button('Send the invite').click();
  // A mail to this address came back: whoever invites it again is warned.
  await page.locator('.toast.bad').first().waitFor();
  await page.getByRole('dialog', { name: 'Client' }).getByText('Pending').first().waitFor();
});

test('statuses turn as the clock moves, a strip says so, and back is back', async () => {
  const { session } = await desk.call('portal.admit', { agency: 'acme', email: 'ann@nike.example', name: 'Ann' });
  assert.ok(session);
  await go('#clients');
  await page.locator('tbody').getByText('Active').first().waitFor();
  for (let week = 0; week < 2; week += 1) {
    await page.getByRole('button', { name: '+1 w: a week on' }).first().click();
    await page.getByText(`Time is shifted: it is ${7 * (week + 1)} days ahead.`).waitFor();
  }
  await page.locator('tbody').getByText('At risk').first().waitFor();
  await page.waitForURL(/ahead=1209600000/);
  const link = page.url();
  await button('Back to the real time').click();
  // In a browser alone, whoever leaves before this is done is ahead still.
  await page.locator('.strip').first().waitFor({ state: 'detached' });
  await page.locator('tbody').getByText('Active').first().waitFor();
  await page.goto('about:blank');
  await page.goto(link);
  await says('This link was made with time 14 days ahead.');
  await button('Move there').click();
  await page.locator('tbody').getByText('At risk').first().waitFor();
  await button('Back to the real time').click();
  await page.locator('.strip').first().waitFor({ state: 'detached' });
});

test('faults: what they delayed is told, and that nothing was lost', async () => {
  await go('#time');
  await page.getByLabel(/Mail refuses/).check();
  await says('On purpose, mails are told to come again.');
  await desk.as('acme', 'clients.invite-by-email', { invite: { email: 'ben@nike.example', brands: ['nike'] } });
  await page.getByLabel(/Mail refuses/).uncheck();
  await page.getByLabel(/Store down/).check();
  await says('On purpose, the store is down.');
  await assert.rejects(desk.as('acme', 'clients.invite-by-email', { invite: { email: 'cleo@nike.example', brands: ['nike'] } }), /503/);
  await button('Mend it').click();
  await page.locator('[data-aftermath]').getByText('one call was refused, and it left nothing behind').waitFor();
  await button('Rotate').click();
  await says(/signs from here on/);
  await page.getByRole('button', { name: 'Next due' }).click();
  await says(/^It is .*: \d+ jobs? ran/);
});

test('calls are saved as a scenario', async () => {
  await button('Save as scenario').click();
  const story = await page.locator('dialog pre.code').innerText();
  assert.match(story, /^title = "What happened at `acme`"/);
  assert.match(story, /call = "clients.invite-by-email"/);
  assert.doesNotMatch(story, /doesn't play/);
  await page.keyboard.press('Escape');
});

test('the log lives, verifies, and names a changed entry', async () => {
  await go('#log');
  await page.locator('.log-table').waitFor();
  await desk.as('acme', 'brands.create', { brand: { name: 'Puma' } });
  await page.locator('.log-table').getByText('Puma').waitFor({ timeout: 5000 });
  await button('Verify').click();
  await says(/^Verified: all \d+ entries are as they were written, and in order/);
  await page.locator('.log-table a', { hasText: 'Brand created' }).last().click();
  await button('Change it, and verify').click();
  await says(/^Verified \d+ entr(y|ies), then entry \d+: /);
  await page.keyboard.press('Escape');
});

test('every function has a form, its errors, and the call in five languages', async () => {
  await go('#log?view=calls&fn=clients.invite-by-email');
  await page.locator('input[name="email"]').fill('not an address');
  await page.locator('textarea[name="brands"]').fill('nike');
  await button('Call it').click();
  await page.getByText('invite.email', { exact: true }).waitFor();
  await page.locator('input[name="email"]').fill('dan@nike.example');
  for (const [language, expected] of [
    ['Command line', /^clientdesk call --agency acme --as owner:olga:Olga clients\.invite-by-email 'invite=\{"brands":\["nike"\],"email":"dan@nike.example"\}'/],
    ['curl', /^curl http:\/\/127\.0\.0\.1:\d+\/v1\/call\/clients\.invite-by-email --json /],
    ['Rust', /host\.call\("clients\.invite-by-email", &\[/],
    ['Node', /olga\.clients\.inviteByEmail\(\{ brands: \['nike'\], email: 'dan@nike\.example' \}\)/],
    ['Python', /desk\.clients\.invite_by_email\(olga, invite=clients\.EmailInvite\(brands=\['nike'\], email='dan@nike\.example'\)\)/],
  ]) {
    await page.getByRole('tab', { name: language }).click();
    await shows(page.locator('[data-snippet]'), expected);
  }
  await button('Call it').click();
  await page.locator('form .badge', { hasText: 'Done' }).waitFor();
  await page.locator('.calls').getByText('clients.invite-by-email').first().waitFor();
  const all = await page.locator('.functions a').count();
  assert.ok(all > 120, `${all} functions`);
});

test('everything goes by keyboard: the palette, screens by number, the search', async () => {
  await go('#clients');
  await page.locator('tbody tr').first().waitFor();
  await page.keyboard.press('4');
  await page.getByRole('heading', { name: 'Time & faults' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ann');
  await page.getByRole('option', { name: /^Ann/ }).waitFor();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Client' });
  await drawer.getByRole('heading', { name: 'Ann' }).waitFor();
  await drawer.getByRole('tab', { name: 'Overview' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await drawer.getByText('Export data').waitFor();
  await drawer.getByRole('switch', { name: /Export data/ }).focus();
  await page.keyboard.press('Space');
  await says('Holds at once, also in open sessions');
  await page.reload();
  await page.getByRole('dialog', { name: 'Client' }).getByText('Export data').waitFor();
  assert.equal(await page.getByRole('switch', { name: /Export data/ }).isChecked(), false);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('no such client');
  await says('No client matches');
});

test('a viewer changes nothing, and is told so', async () => {
  await go('#clients?role=viewer');
  assert.ok(await page.getByRole('button', { name: 'Invite' }).first().isDisabled());
});

test('an account goes from set-up to active, with its price shown', async () => {
  const { catalog, version } = await desk.call('catalog.get');
  catalog.plans = [{ id: 'basic', name: 'Basic', monthly: 9900, resources: { dashboards: { 'at-most': 5 }, users: { 'at-most': 10 }, 'api-calls': 'unlimited' }, features: [] }];
  await desk.call('catalog.set', { catalog, expected: version });
  await go('#clients?view=accounts&role=owner');
  await says('No accounts yet');
  await button('New account').first().click();
  await page.getByLabel('Name', { exact: true }).fill('Nike Inc');
  await button('Make it').click();
  const drawer = page.getByRole('dialog', { name: 'Account' });
  await drawer.getByText('Setup').first().waitFor();
  await drawer.getByRole('button', { name: 'Activate' }).click();
  await button('Show the price').click();
  await says('Booked now');
  await page.locator('[data-yes]').click();
  await says('It is active');
  await page.getByRole('link', { name: 'Billing' }).click();
  await page.locator('.timeline').getByText('Plan of nike-inc').first().waitFor();
});
