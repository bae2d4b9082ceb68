// Everything from the keyboard: Ctrl K, some letters, Enter.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { as } from './api.js';
import { desk } from './desk.js';
import { titleOf, words } from './format.js';
import { barCommands } from './bar.js';

const SCREENS = [['clients', 'Clients'], ['portal', 'Portal'], ['outbox', 'Outbox'], ['time', 'Time and faults'], ['log', 'Log and calls']];
const VIEWS = [
  ['clients', { view: 'brands' }, 'Brands'], ['clients', { view: 'accounts' }, 'Accounts'], ['clients', { view: 'billing' }, 'Billing'], ['clients', { view: 'prices' }, 'Prices: plans and add-ons'], ['clients', { view: 'settings' }, 'Settings of the agency'],
  ['clients', { invite: '1' }, 'Invite a client'], ['clients', { view: 'brands', new: '1' }, 'New brand'], ['clients', { view: 'accounts', new: '1' }, 'New account'],
  ['log', { view: 'calls' }, 'Call a function']];

const matches = (text, typed) => {
  const letters = text.toLowerCase();
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = letters.indexOf(letter, at) + 1;
    if (!at) return false;
  }
  return true;
};

export function openPalette() {
  if (document.querySelector('dialog.palette')) return;
  let items = [];
  let at = 0;
  let turn = 0;
  const list = h('ul', { role: 'listbox', id: 'palette-list', 'aria-label': 'Commands' });
  const input = h('input', { type: 'text', placeholder: 'Go to, do, or find a client…', 'aria-label': 'Command', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'palette-list', autocomplete: 'off', oninput: () => look() });
  const box = h('dialog.palette', { 'aria-label': 'Commands' }, input, list);
  const run = (item) => { box.close(); item?.[1](); };
  const draw = () => {
    fill(list, items.map(([label, , kind], place) => h('li', { role: 'option', id: `palette-${place}`, 'aria-selected': place === at ? 'true' : 'false', onclick: () => run(items[place]), onmousemove: () => { if (at !== place) { at = place; draw(); } } }, h('span.clip', {}, label), kind && h('span.muted', {}, kind))),
      !items.length && h('li.muted', { role: 'option', 'aria-selected': 'false' }, 'Nothing by this name'));
    input.setAttribute('aria-activedescendant', items.length ? `palette-${at}` : '');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const fixed = () => [
    ...SCREENS.map(([key, label], place) => [label, () => state.go(state.to(key)), `Screen ${place + 1}`]),
    ...VIEWS.map(([screen, fields, label]) => [label, () => state.go(state.to(screen, fields)), 'Go']),
    ...barCommands().map(([label, run_]) => [label, run_, 'Do']),
    ...desk.agencies.filter((it) => it.id !== state.get('agency')).map((it) => [it.name, () => state.turn(it.id), 'Agency']),
    ...['owner', 'manager', 'viewer'].filter((it) => it !== state.get('role')).map((role) => [`Act as ${role}`, () => state.set({ role }), 'Role']),
  ];
  async function look() {
    const typed = input.value.trim();
    turn += 1;
    const mine = turn;
    items = fixed().filter(([label]) => matches(label, typed));
    at = 0;
    draw();
    if (typed.length < 2) return;
    try {
      const found = await as('clients.list', { filter: { search: typed }, page: { limit: 6 } });
      if (mine !== turn) return;
      items = [...items, ...found.clients.map((client) => [titleOf(client), () => state.go(state.to('clients', { client: client.id })), words(client.status)])];
      draw();
    } catch { /* Commands are there all the same. */ }
  }
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length) { event.preventDefault(); at = (at + step + items.length) % items.length; draw(); }
    if (event.key === 'Enter') { event.preventDefault(); run(items[at]); }
  });
  box.addEventListener('close', () => box.remove());
  box.addEventListener('click', (event) => { if (event.target === box) box.close(); });
  document.body.append(box);
  box.showModal();
  look();
}
