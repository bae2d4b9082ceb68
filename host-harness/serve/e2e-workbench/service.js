// A service with a workbench on a new store, and a browser that looks at it.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { alone, watched } from './alone.js';

const root = new URL('../../../', import.meta.url).pathname;

/** The program that serves: the example, or what `WORKBENCH` names. */
const program = process.env.WORKBENCH ?? join(root, 'target/release/examples/workbench');

/** A folder whose files stand in for those that are built in, while they are worked on: `FILES=../workbench`. */
const files = process.env.FILES;

/** Starts it in a folder of its own; gives its address and what ends it. */
export async function service({ folder = mkdtempSync(join(tmpdir(), 'workbench-')), keep = false } = {}) {
  if (process.env.ALONE) return alone(process.env.ALONE);
  const env = { CODE_CACHE: join(root, 'target/workbench/code'), ...process.env };
  const child = spawn(program, [folder, '0'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
      const found = said.match(/http:\/\/[\d.]+:\d+/);
      if (found) resolve(found[0]);
    });
    child.on('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  const post = async (path, body) => {
    const response = await fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
  const actor = { id: 'olga', name: 'Olga', role: 'owner' };
  return {
    address,
    folder,
    call: (name, args = {}) => post(`/v1/call/${name}`, args),
    as: (agency, name, args = {}) => post(`/v1/call/${name}`, { call: { agency, actor }, ...args }),
    bench: (name, body) => post(`/workbench/api/${name}`, body),
    async end() {
      const gone = new Promise((resolve) => { child.on('exit', resolve); });
      child.kill('SIGINT');
      await gone;
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const browser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

/** A page that throws whatever its console complains about. */
export async function page(browser_, { width = 1280, height = 820, scheme = 'light', sampled = false } = {}) {
  const context = await browser_.newContext({ viewport: { width, height }, colorScheme: scheme, permissions: ['clipboard-read', 'clipboard-write'], reducedMotion: 'reduce' });
  const made = await context.newPage();
  if (files) await context.route(/\/workbench\/[\w.-]+\.(js|css|html|svg)(\?|$)/, (route) => route.fulfill({ path: join(files, new URL(route.request().url()).pathname.split('/').at(-1)) }));
  made.setDefaultTimeout(Number(process.env.PATIENCE ?? 15000));
  made.complaints = [];
  made.on('pageerror', (error) => made.complaints.push(error.stack));
  made.on('console', (message) => { if (message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text())) made.complaints.push(message.text()); });
  if (process.env.ALONE) await watched(made, sampled);
  return made;
}
