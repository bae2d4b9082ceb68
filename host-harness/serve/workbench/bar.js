// The bar above (agency, role, clock), the strips below it, and the rail of screens.

import { fill, h, icon } from './dom.js';
import { state } from './state.js';
import { act, iconButton, menu, toast } from './ui.js';
import { desk, manage } from './desk.js';
import { openPalette } from './palette.js';
import { leave } from './acting.js';
import { newAgency } from './agency.js';
import { alone } from './transport.js';
import { DAY_MS, HOUR_MS, WEEK_MS, clock, day, longSpan, millis, plural, weekday } from './format.js';

const SCREENS = [['clients', 'Clients'], ['portal', 'Portal'], ['outbox', 'Outbox'], ['time', 'Time', ' & faults'], ['log', 'Log', ' & calls']];
const bar = document.getElementById('bar');
const strips = document.getElementById('strips');
const rail = document.getElementById('rail');

export const theme = {
  get: () => document.documentElement.dataset.theme ?? 'light',
  set(to) { document.documentElement.dataset.theme = to; },
  flip() { theme.set(theme.get() === 'dark' ? 'light' : 'dark'); localStorage.setItem('clientdesk-theme', theme.get()); drawn = ''; drawBar(); },
};
const dark = matchMedia('(prefers-color-scheme: dark)');
theme.set(localStorage.getItem('clientdesk-theme') ?? (dark.matches ? 'dark' : 'light'));
dark.addEventListener('change', () => { if (!localStorage.getItem('clientdesk-theme')) theme.set(dark.matches ? 'dark' : 'light'); });

/** Moves the clock, and says what happened on the way. */
export const move = (how, from) => act(from, () => manage('clock', how), (answer) => {
  const { done } = answer;
  return done === undefined ? 'Back at the real time' : `It is ${day(answer.state.now)}, ${clock(answer.state.now)}: ${done ? `${plural(done, 'job')} ran` : 'nothing was due'}`;
}).then((answer) => {
  if (answer) state.set({ ahead: answer.state.ahead || null }, { quietly: true });
});

export const MOVES = [
  ['+1 h', 'An hour on', { by: HOUR_MS }],
  ['+1 d', 'A day on', { by: DAY_MS }],
  ['+1 w', 'A week on', { by: WEEK_MS }],
];

export function drawRail() {
  fill(rail, SCREENS.map(([key, label, more]) => h('a', { href: state.to(key), 'data-key': key, 'aria-current': state.screen === key ? 'page' : false, title: `${label}${more ?? ''}` }, icon(key), h('span', {}, label, more && h('span.more', {}, more)))),
    h('div.foot', {},
      alone && h('span.row.tiny.muted', { title: alone.title }, h('span.kbd-hint', {}, alone.text)),
      h('span.row.tiny.muted', { title: desk.live ? 'The log is followed' : 'The log isn’t followed now' }, h('span.dot', { class: desk.live ? 'green' : 'yellow' }), h('span.kbd-hint', {}, desk.live ? 'Live' : 'Not live')),
      h('span.row.tiny.muted.kbd-hint', {}, h('kbd', {}, 'Ctrl'), h('kbd', {}, 'K'), 'commands')));
}

let drawn = '';

/** Draws the bar; `tick`: only the time may have changed. */
export function drawBar(tick = false) {
  if (!desk.status) return;
  const now = desk.now();
  const time = bar.querySelector('[data-now]');
  if (time) {
    time.querySelector('b').textContent = clock(now);
    time.querySelector('span').textContent = `${weekday(now)} ${day(now)} UTC`;
  }
  if (tick) return;
  const key = JSON.stringify([desk.agencies.map((it) => [it.id, it.name]), state.get('agency'), state.get('role'), desk.status.ahead > 0, theme.get()]);
  if (key !== drawn) {
    drawn = key;
    fill(bar, parts());
    drawBar(true);
  }
  drawStrips();
}

function parts() {
  const shifted = desk.status.ahead > 0;
  const agency = h('select.select.auto', { 'aria-label': 'Agency', 'data-key': 'agency', onchange: (event) => choose(event.target) },
    desk.agencies.map((it) => h('option', { value: it.id, selected: it.id === state.get('agency') }, it.name)),
    h('option', { value: '+' }, 'New agency…'));
  const role = h('select.select.auto', { 'aria-label': 'Role', 'data-key': 'role', onchange: (event) => state.set({ role: event.target.value }) },
    [['owner', 'Owner'], ['manager', 'Manager'], ['viewer', 'Viewer']].map(([value, label]) => h('option', { value, selected: value === state.get('role') }, label)));
  return [
    h('a.brand', { href: state.to('clients'), 'aria-label': 'Workbench' }, h('img', { src: 'icon.svg', alt: '' }), h('span', {}, 'Workbench')),
    agency,
    role,
    h('span.spring'),
    h('div.clock', { class: shifted ? 'shifted' : '', role: 'group', 'aria-label': 'Clock' },
      h('span.clock-now', { 'data-now': true }, h('b', {}), h('span', {})),
      h('div.group.only-wide', {}, MOVES.map(([label, title, how]) => h('button.button', { type: 'button', title, 'aria-label': `${label}: ${title.toLowerCase()}`, 'data-key': label, onclick: (event) => move(how, event.currentTarget) }, label)),
        h('button.button', { type: 'button', title: 'To the next thing that falls due', 'aria-label': 'Due: to the next thing that falls due', 'data-key': 'next', onclick: (event) => move('next-due', event.currentTarget) }, icon('next'), h('span', {}, 'Due'))),
      h('div.only-narrow', {}, menu('Move the clock', 'time', () => [
        ...MOVES.map(([, title, how]) => [title, () => move(how)]),
        ['To the next thing due', () => move('next-due')],
        desk.status.ahead > 0 && ['Back to the real time', () => move('back')],
      ], 'plain'))),
    iconButton('Commands (Ctrl K)', 'search', openPalette, { kind: 'plain', 'data-key': 'palette' }),
    iconButton(theme.get() === 'dark' ? 'Light' : 'Dark', theme.get() === 'dark' ? 'sun' : 'moon', theme.flip, { kind: 'plain only-wide', 'data-key': 'theme' }),
  ];
}

async function choose(select) {
  if (select.value !== '+') {
    state.turn(select.value);
    return;
  }
  select.value = state.get('agency');
  makeAgency();
}

async function makeAgency() {
  const made = await newAgency();
  if (!made) return;
  desk.agencies = made.agencies;
  state.turn(made.id);
  toast(`${made.name} is there`);
}

let stripped = '';

function drawStrips() {
  const { ahead, store, mail } = desk.status;
  const asked = Number(state.get('ahead') ?? 0);
  const rough = Math.round(ahead / 60_000);
  const { acting } = desk;
  const key = JSON.stringify([rough, store, mail, asked, acting?.id, acting && millis(acting['ends-at']) <= desk.now()]);
  if (key === stripped) return;
  stripped = key;
  const faults = [store === 'unavailable' && 'the store is down', store === 'conflict' && 'every commit meets a conflict', mail === 'try-later' && 'mails are told to come again', mail === 'never' && 'mails are refused for good'].filter(Boolean);
  fill(strips,
    acting && millis(acting['ends-at']) > desk.now() && h('div.strip.acting', {}, icon('shield'), h('span', {}, `${acting.words} Until ${clock(acting['ends-at'])} UTC.`),
      h('button.link', { type: 'button', 'data-key': 'see', onclick: () => state.go(state.to('portal')) }, 'See the portal'),
      h('button.link', { type: 'button', 'data-key': 'leave', onclick: (event) => leave(event.currentTarget) }, acting['way-out'])),
    ahead > 0 && h('div.strip.time', {}, icon('time'), h('span', {}, `Time is shifted: it is ${longSpan(ahead)} ahead.`), h('button.link', { type: 'button', onclick: (event) => move('back', event.currentTarget) }, 'Back to the real time')),
    asked - ahead > 60_000 && h('div.strip.info', {}, icon('link'), h('span', {}, `This link was made with time ${longSpan(asked)} ahead.`),
      h('button.link', { type: 'button', onclick: (event) => move({ ahead: asked }, event.currentTarget) }, 'Move there'),
      h('button.link', { type: 'button', onclick: () => state.set({ ahead: ahead || null }, { quietly: true }) }, 'Leave it')),
    faults.length > 0 && h('div.strip.fault', {}, icon('warn'), h('span', {}, `On purpose, ${faults.join(', and ')}.`),
      h('button.link', { type: 'button', onclick: (event) => act(event.currentTarget, () => manage('faults', {}), 'Mended') }, 'Mend it')));
}

/** Things that the bar can do, for the palette. */
export const barCommands = () => [
  ...MOVES.map(([, title, how]) => [`Clock: ${title.toLowerCase()}`, () => move(how)]),
  ['Clock: to the next thing due', () => move('next-due')],
  ...(desk.status?.ahead > 0 ? [['Clock: back to the real time', () => move('back')]] : []),
  ...(desk.acting ? [[desk.acting['way-out'], () => leave()]] : []),
  ['New agency', makeAgency],
  [theme.get() === 'dark' ? 'Light' : 'Dark', theme.flip],
  ...(alone?.commands ?? []),
];

