// The frame of it all: what stands in the address becomes a screen.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { bench, call, follow, whenKeyIsNeeded } from './api.js';
import { button, dialog, empty, failed, field } from './ui.js';
import { refreshActing } from './acting.js';
import { newAgency } from './agency.js';
import { drawBar, drawRail } from './bar.js';
import { desk, refreshDesk } from './desk.js';
import { openPalette } from './palette.js';
import { clients } from './clients.js';
import { log } from './log.js';
import { outbox } from './outbox.js';
import { portal } from './portal.js';
import { time } from './time.js';

const SCREENS = { clients, portal, outbox, time, log };
const main = document.getElementById('main');
let shown = null;

whenKeyIsNeeded(() => dialog('This service has keys', (close) => h('form.stack.m', {
  onsubmit: (event) => { event.preventDefault(); close(event.target.elements.key.value.trim()); },
},
h('p.small.soft', {}, 'Somebody has made a key, so everybody needs one. The workbench takes one of the platform; it is kept until this tab is closed.'),
field('Key', h('input.input', { name: 'key', type: 'password', autocomplete: 'off', required: true })),
h('div.dialog-foot', {}, h('button.button.main-act', { type: 'submit' }, 'Use it')))));

/** Shows the screen of the address, or tells the one that is there what has changed. */
function draw() {
  drawRail();
  drawBar();
  const key = `${state.screen}|${state.get('agency')}|${state.get('role')}`;
  if (shown?.key === key) {
    shown.screen.changed?.();
    return;
  }
  shown?.screen.leave?.();
  const place = h('div.page');
  fill(main, place);
  main.scrollTop = 0;
  shown = { key, screen: SCREENS[state.screen](place) };
  document.title = `${document.querySelector('#rail [aria-current]')?.textContent ?? ''} · Workbench`;
}

let stopFollowing = null;
let followed = null;

/** Follows the agency's log: whatever happens is seen at once. */
async function followLog() {
  const agency = state.get('agency');
  if (!agency || followed === agency) return;
  stopFollowing?.();
  followed = agency;
  desk.entries = [];
  let head = { number: 0 };
  try {
    head = await call('audit.head', { call: { agency, actor: { id: 'olga', name: 'Olga', role: 'owner' } } });
  } catch { /* The stream says so. */ }
  let waiting = null;
  stopFollowing = follow(agency, head.number, (entry) => {
    desk.entries.push(entry);
    if (desk.entries.length > 500) desk.entries.shift();
    shown?.screen.entry?.(entry);
    if (entry.kind?.startsWith('impersonation-')) refreshActing();
    clearTimeout(waiting);
    waiting = setTimeout(() => { shown?.screen.refresh?.(); refreshDesk(); }, 120);
  }, (on) => { desk.live = on; drawRail(); });
}

/** An address that names no agency, or none that there is, is about the one before, or the first. */
function completed(before) {
  const known = (id) => desk.agencies.some((it) => it.id === id);
  const fields = {};
  if (!known(state.get('agency'))) fields.agency = known(before?.fields.get('agency')) ? before.fields.get('agency') : desk.agencies[0]?.id;
  if (!state.get('role')) fields.role = before?.fields.get('role') ?? 'owner';
  if (!fields.agency) delete fields.agency;
  if (!Object.keys(fields).length) return true;
  state.set(fields, { quietly: true });
  return false;
}

state.listen((before) => {
  if (!completed(before)) return;
  const who = (fields) => `${fields?.get('agency')}|${fields?.get('role')}`;
  const same = who(before?.fields) === `${state.get('agency')}|${state.get('role')}`;
  if (!same) { desk.acting = null; refreshActing(); }
  draw();
  followLog();
});

addEventListener('keydown', (event) => {
  const typing = event.target.matches?.('input, textarea, select');
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    openPalette();
  } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector('dialog[open]')) {
    const screens = ['clients', 'portal', 'outbox', 'time', 'log'];
    if (/^[1-5]$/.test(event.key)) state.go(state.to(screens[event.key - 1]));
    if (event.key === '/') {
      const search = document.querySelector('[data-search]');
      if (search) { event.preventDefault(); search.focus(); }
    }
  }
});
document.querySelector('[data-skip]').addEventListener('click', (event) => { event.preventDefault(); main.focus(); });

/** A store without an agency: nothing else can be done. */
async function firstAgency() {
  fill(main, empty('clients', 'There is no agency yet', 'Everything here belongs to one: make the first.', button('New agency', async () => {
    const made = await newAgency();
    if (!made) return;
    desk.agencies = made.agencies;
    state.set({ agency: made.id, role: 'owner' }, { quietly: true });
  }, { kind: 'main-act', ico: 'plus' })));
}

async function begin() {
  try {
    const [status, found] = await Promise.all([bench.get('state'), call('agencies.list', { page: { limit: 100 } })]);
    desk.take(status);
    desk.agencies = found.agencies;
  } catch (error) {
    fill(main, failed(error, begin));
    return;
  }
  if (!desk.agencies.length) { await firstAgency(); return; }
  if (completed()) { draw(); followLog(); refreshActing(); }
}

desk.onchange = (what) => { drawBar(); if (what === 'moved') shown?.screen.refresh?.(); else shown?.screen.told?.(); };
setInterval(() => drawBar(true), 1000);
setInterval(refreshDesk, 5000);
begin();
