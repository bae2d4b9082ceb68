// Somebody at the workbench: what they press, and what they see. Everything goes by mouse and keyboard; nothing is called.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = new URL('../../../../target/workbench/story/', import.meta.url).pathname;
/** The sizes and colours that each chapter's end is looked at in. */
const LOOKS = [[1280, 820, 'light'], [1280, 820, 'dark'], [390, 844, 'light'], [390, 844, 'dark']];
/** In which of them axe looks. */
const EXAMINED = ['1280-light', '390-dark'];

export const PASSWORD = 'correct horse battery';
export const cents = (text) => Math.round(Number(text.replace('−', '-').replace(/[$,+]/g, '')) * 100);
/** A share of an amount, rounded half up. */
export const share = (base, numerator, denominator) => Number((2n * BigInt(base) * BigInt(numerator) + BigInt(denominator)) / (2n * BigInt(denominator)));

export class World {
  constructor(desk, page) {
    this.desk = desk;
    this.page = page;
    mkdirSync(pictures, { recursive: true });
  }

  button(name, within = this.page) { return within.getByRole('button', { name, exact: true }); }
  get dialog() { return this.page.locator('dialog[open]'); }
  drawer(name = 'Client') { return this.page.getByRole('dialog', { name, exact: true }); }
  /** The portal, in its frame. */
  get portal() { return this.page.frameLocator('.portal-frame'); }

  /** Waits until it is there. */
  async sees(locator, text) { await (text === undefined ? locator : locator.filter({ hasText: text })).first().waitFor(); }
  async toast(text) { await this.page.locator('.toast', { hasText: text }).first().waitFor(); }
  async heading(name) { await this.portal.getByRole('heading', { level: 1, name }).waitFor(); }

  async screen(name) { await this.page.locator('#rail').getByRole('link', { name }).click(); await this.page.locator('#main h1').first().waitFor(); }
  /** One of the lists of the first screen. */
  async view(name) {
    await this.screen('Clients');
    await this.page.getByRole('navigation', { name: 'Of this agency' }).getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  row(text) { return this.page.locator('tbody tr', { hasText: text }); }
  /** Opens the drawer of somebody in the list. */
  async open(name, drawer = 'Client') {
    await this.row(name).getByRole('link', { name }).first().click();
    await this.drawer(drawer).getByRole('heading', { name }).waitFor();
    return this.drawer(drawer);
  }
  async close(drawer = 'Client') { await this.page.keyboard.press('Escape'); await this.drawer(drawer).waitFor({ state: 'detached' }); }
  /** A badge of this text, in this colour. */
  async badge(within, text, colour) { await within.locator(`.badge.${colour}`, { hasText: text }).first().waitFor(); }
  async fact(drawer, name, text) { await this.sees(drawer.locator(`dt:text-is("${name}") + dd`), text); }
  async chip(label, number) { await this.page.locator('.chip', { hasText: new RegExp(`^${label}\\s*${number}$`) }).waitFor(); }
  async press(name, within) { await this.button(name, within).first().click(); }

  /** Moves the clock by the bar. */
  async on(label, times = 1) {
    for (let at = 0; at < times; at += 1) {
      const before = await this.page.locator('.clock').innerText();
      await this.page.locator('.clock').getByRole('button', { name: new RegExp(`^${label.replace('+', '\\+')}:`) }).click();
      await this.page.waitForFunction((was) => document.querySelector('.clock').innerText.slice(0, 40) !== was.slice(0, 40) && !document.querySelector('.clock button:disabled'), before);
    }
  }

  /** What the small bill of a dialog says of a line: `Each month`, `Booked now`. */
  async bill(label, amount) { await this.sees(this.dialog.locator('.bill .row', { hasText: label }).locator('.num'), amount); }

  /** The figure above the bill: `each month`. */
  async figure(label, value) { await this.page.locator('.figure', { has: this.page.locator('span', { hasText: new RegExp(`^${label}$`) }), hasText: value }).first().waitFor(); }

  /** Opens the latest mail to somebody that says this; `number`: once there are so many. */
  async mail(to, subject, number) {
    await this.screen('Outbox');
    if (number) await this.page.locator('.mail-row', { hasText: to }).filter({ hasText: subject }).nth(number - 1).waitFor();
    await this.page.locator('.mail-row', { hasText: to }).filter({ hasText: subject }).first().click();
    await this.page.getByRole('heading', { name: subject }).waitFor();
    await this.page.locator('.mail-frame').waitFor();
    return this.page.frameLocator('.mail-frame');
  }
  /** Opens a link of the mail in the portal's frame. */
  async follow(part) {
    await this.page.locator('.mail-links .row', { hasText: part }).first().getByRole('button', { name: 'Open in Portal' }).click();
    await this.page.locator('.portal-frame').waitFor();
  }

  async logIn(email, password = PASSWORD) {
    await this.heading('Log in');
    await this.portal.getByLabel('E-mail address').fill(email);
    await this.portal.getByLabel('Password', { exact: true }).fill(password);
    await this.portal.getByRole('button', { name: 'Log in' }).click();
  }
  async logOut() {
    await this.portal.locator('summary.round').click();
    await this.portal.getByRole('button', { name: 'Log out' }).click();
    await this.portal.getByText('You are logged out.').waitFor();
  }

  /** The log has an entry of this kind, about this. */
  async logged(kind, about = '') {
    await this.screen('Log');
    await this.page.locator('.log-table tr', { hasText: kind }).filter({ hasText: about }).first().waitFor();
  }

  /** What stands there fits, axe finds nothing, and pictures are taken: of the page, and of the portal in it. */
  async look(name) {
    const found = [];
    for (const [width, height, scheme] of LOOKS) {
      await this.page.setViewportSize({ width, height });
      await this.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await this.page.locator(`html[data-theme="${scheme}"]`).waitFor();
      const at = `${name}-${width}-${scheme}`;
      await this.page.screenshot({ path: `${pictures}${at}.png` });
      const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) found.push(`${at}: ${wide} pixels wider than the window`);
      if (!EXAMINED.includes(`${width}-${scheme}`)) continue;
      for (const frame of this.page.frames()) {
        if (frame !== this.page.mainFrame() && !/\/portal\//.test(frame.url())) continue;
        const wrong = await frame.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'], iframes: false }).then((it) => it.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')))); })()`);
        found.push(...wrong.map((it) => `${at}${frame === this.page.mainFrame() ? '' : ', portal'}: ${it}`));
      }
    }
    await this.page.setViewportSize({ width: 1280, height: 820 });
    await this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    assert.deepEqual(found, []);
  }
}
