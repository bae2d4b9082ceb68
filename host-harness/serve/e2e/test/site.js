// A portal that runs, browsers that look at it, and what every page must keep.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env['SHOTS'];
const SIZES = [[1280, 800], [768, 1024], [390, 844]];
const SCHEMES = /** @type {const} */ (['light', 'dark']);
export const PASSWORD = 'correct horse battery';

/** Starts the example `portal` in a folder of its own. */
export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'portal-'));
  const binary = resolve(process.env['PORTAL'] ?? '../../../target/release/examples/portal');
  const server = spawn(binary, [folder, '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout });
  /** @type {string} */
  const portal = await new Promise((done, failed) => {
    lines.once('line', done);
    server.once('exit', (code) => failed(new Error(`the portal ended with ${code}`)));
  });
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  return new Site(portal, folder, server, browser);
}

export class Site {
  /** @param {string} portal @param {string} folder @param {import('node:child_process').ChildProcess} server @param {import('playwright-core').Browser} browser */
  constructor(portal, folder, server, browser) {
    this.portal = portal;
    this.origin = new URL(portal).origin;
    this.folder = folder;
    this.server = server;
    this.browser = browser;
  }

  async stop() {
    await this.browser.close();
    const ended = new Promise((done) => this.server.once('exit', done));
    this.server.kill('SIGINT');
    await ended;
    rmSync(this.folder, { recursive: true });
  }

  /** Calls the contract, as the agency's owner where it is an operator's function. @param {string} name @param {Record<string, unknown>} args */
  async call(name, args) {
    const actor = { id: 'olga', name: 'Olga Berg', role: 'owner' };
    const body = JSON.stringify(args['call'] === undefined ? args : { ...args, call: { actor, .../** @type {object} */ (args['call']) } });
    const answer = await fetch(`${this.origin}/v1/call/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await answer.text();
    assert.ok(answer.ok, `${name}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The link of this kind in the latest mail that has one. @param {string} kind @param {string} [agency] */
  async link(kind, agency = 'northlight') {
    await this.call('jobs.run', { limit: 200 });
    const mails = join(this.folder, 'mails');
    const files = readdirSync(mails).filter((name) => name.endsWith('.html')).map((name) => join(mails, name));
    files.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
    for (const file of files) {
      const [link] = new RegExp(`${this.origin}/portal/${agency}/${kind}/[\\w.~-]+`).exec(readFileSync(file, 'utf8')) ?? [];
      if (link !== undefined) return link;
    }
    throw new Error(`no mail has a link to ${kind}`);
  }

  /** A page of its own, which fails on errors and on requests elsewhere. @param {import('playwright-core').BrowserContextOptions} [options] */
  async open(options = {}) {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    /** @type {string[]} */ const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [34]\d\d/.test(message.text())) problems.push(message.text());
    });
    page.on('request', (request) => request.url().startsWith(this.origin) || problems.push(`asked for ${request.url()}`));
    return { page, problems, context };
  }
}

/** Axe finds nothing, nothing is wider than the page, in light and dark, wide and narrow; and pictures, if asked for. @param {import('playwright-core').Page} page @param {string} name */
export async function look(page, name) {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [width = 0, height = 0] of SIZES) {
      const examined = (width === 390) === (colorScheme === 'dark') && width !== 768;
      if (!examined && !shots) continue;
      await page.setViewportSize({ width, height });
      const at = `${name} at ${width}, ${colorScheme}`;
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, `${at} is wider than the page`);
      if (examined) {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        const told = violations.map((/** @type {any} */ violation) => `${violation.id}: ${violation.help}\n  ${violation.nodes.map((/** @type {any} */ node) => `${node.html} ${node.failureSummary}`).join('\n  ')}`);
        assert.deepEqual(told, [], at);
      }
      if (shots) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: join(shots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}
