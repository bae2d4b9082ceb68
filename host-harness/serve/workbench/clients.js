// Screen 1: clients, with accounts and billing beside them.

import { fill, h, icon, spark } from './dom.js';
import { state } from './state.js';
import { as, bench } from './api.js';
import { act, avatar, badge, button, empty, failed, bones, save } from './ui.js';
import { desk } from './desk.js';
import { ago, number, titleOf } from './format.js';
import { clientDrawer } from './client.js';
import { invite } from './invite.js';
import { accounts } from './accounts.js';
import { billing } from './billing.js';
import { brands } from './brands.js';
import { prices } from './prices.js';
import { settings } from './settings.js';

const FILTERS = [[null, 'All', null, 'all'], ['active', 'Active', 'green', 'active'], ['at-risk', 'At risk', 'orange', 'at-risk'], ['churned', 'Churned', 'grey', 'churned'], ['pending', 'Pending', 'yellow', 'pending'], ['revoked', 'Revoked', 'red', 'revoked']];
const COLUMNS = [['name', 'Client'], ['status', 'Status'], [null, 'Brands'], ['health', 'Health'], ['last-log-in', 'Last log-in']];
const PAGE = 50;
const VIEWS = [[null, 'Clients'], ['brands', 'Brands'], ['accounts', 'Accounts'], ['billing', 'Billing'], ['prices', 'Prices'], ['settings', 'Settings']];
const SCREENS = { brands, accounts, billing, prices, settings };

/** The tabs above the three lists. */
export const viewTabs = () => {
  const bar = h('nav.tabs.bare', { 'aria-label': 'Of this agency' }, VIEWS.map(([view, label]) =>
    h('a.tab', { href: state.to('clients', { view }), 'data-key': `view-${view}`, 'aria-current': (state.get('view') ?? null) === view ? 'page' : false }, label)));
  // On a phone, there are more of them than fit.
  requestAnimationFrame(() => {
    const here = bar.querySelector('[aria-current]');
    if (here && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft - bar.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
  });
  return bar;
};

export function clients(place) {
  let screen = null;
  let view = null;
  const show = () => {
    const asked = state.get('view') ?? null;
    if (screen && view === asked) {
      screen.changed?.();
      return;
    }
    screen?.leave?.();
    view = asked;
    fill(place);
    screen = SCREENS[view]?.(place, viewTabs) ?? list(place);
  };
  show();
  return { changed: show, told: () => screen.told?.(), refresh: () => screen.refresh?.(), entry: (entry) => screen.entry?.(entry), leave: () => screen.leave?.() };
}

function list(place) {
  let found = { clients: [], next: null };
  let counts = null;
  let scores = {};
  let turn = 0;
  let asked = '';
  const canManage = () => state.get('role') !== 'viewer';
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Filter by status' });
  const table = h('div.card', {}, bones(9));
  const search = h('input.input', { type: 'search', placeholder: 'Search name, e-mail, brand', 'aria-label': 'Search clients', value: state.get('q') ?? '', 'data-search': true, oninput: (event) => later(event.target.value) });
  let typing = null;
  const later = (text) => { clearTimeout(typing); typing = setTimeout(() => state.set({ q: text.trim() || null }, { quietly: true }), 160); };
  fill(place,
    h('div.page-head', {}, h('h1', {}, 'Clients'),
      h('div.tools', {}, h('div.search', {}, icon('search'), search),
        button('Export', (event) => exported(event.currentTarget), { 'data-key': 'export', title: 'These clients as CSV' }),
        button('Invite', () => state.set({ invite: '1' }), { kind: 'main-act', ico: 'plus', disabled: !canManage() }))),
    viewTabs(), chips, table);

  const sort = () => state.get('sort') ?? 'name';
  const descending = () => (state.get('down') ?? (sort() === 'last-log-in' ? '1' : '0')) === '1';
  const filter = () => ({ status: state.get('status'), search: state.get('q') });
  const order = () => ({ sort: sort(), descending: descending() });
  const what = () => JSON.stringify([filter(), order()]);

  /** What the list shows, all of it, as a file. */
  async function exported(from) {
    const text = await act(from, async () => {
      let [whole, cursor] = ['', null];
      do {
        const part = await as('clients.export', { filter: filter(), order: order(), page: { limit: 200, cursor } });
        whole += part.text;
        cursor = part.next ?? null;
      } while (cursor);
      return whole;
    });
    if (text) save(text, `${state.get('agency')}-clients.csv`, 'text/csv');
  }

  async function read({ more = false } = {}) {
    turn += 1;
    const mine = turn;
    asked = what();
    table.setAttribute('aria-busy', 'true');
    try {
      const limit = more ? PAGE : Math.min(200, Math.max(PAGE, found.clients.length));
      const page = { limit, cursor: more ? found.next : null };
      const [listed, counted] = await Promise.all([
        as('clients.list', { filter: filter(), order: order(), page }),
        as('clients.counts', { filter: { search: state.get('q') } }),
      ]);
      if (mine !== turn) return;
      found = more ? { ...listed, clients: [...found.clients, ...listed.clients] } : listed;
      counts = counted;
      draw();
      const shown = found.clients.filter((client) => client.health);
      for (let at = 0; at < shown.length; at += 100) {
        const ids = shown.slice(at, at + 100).map((client) => client.id).join(',');
        Object.assign(scores, await bench.get('scores', { agency: state.get('agency'), clients: ids }));
      }
      if (mine === turn) draw();
    } catch (error) {
      if (mine === turn) fill(table, failed(error, () => read()));
    } finally {
      if (mine === turn) table.removeAttribute('aria-busy');
    }
  }

  function drawChips() {
    const chosen = state.get('status') ?? null;
    fill(chips, FILTERS.map(([status, label, colour, field]) => h('button.chip', {
      type: 'button', 'data-key': `chip-${status}`, 'aria-pressed': chosen === status ? 'true' : 'false',
      onclick: () => state.set({ status: chosen === status ? null : status }),
    }, colour && h('span.dot', { class: colour }), label, h('b', {}, counts ? number(counts[field]) : '·'))));
  }

  function draw() {
    drawChips();
    if (!found.clients.length) {
      fill(table, nothing());
      return;
    }
    const now = desk.now();
    fill(table,
      h('div.table-wrap', {}, h('table.table.clients-table', {},
        h('thead', {}, h('tr', {}, COLUMNS.map(([key, label]) => head(key, label)))),
        h('tbody', {}, found.clients.map((client) => row(client, now))))),
      found.next && h('div.table-foot', {}, button('Show more', () => read({ more: true }), { kind: 'plain', 'data-key': 'more' })));
  }

  function head(key, label) {
    const on = key && key === sort();
    return h('th', { scope: 'col', class: key === null ? 'gone-m' : key === 'last-log-in' ? 'gone-s' : '', 'aria-sort': on ? (descending() ? 'descending' : 'ascending') : false },
      key ? h('button.sort', { type: 'button', 'data-key': `sort-${key}`, onclick: () => resort(key) }, label, on && icon(descending() ? 'down' : 'up')) : label);
  }

  function resort(key) {
    const turned = key === sort() ? !descending() : key === 'last-log-in';
    state.set({ sort: key, down: turned ? '1' : '0' });
  }

  function row(client, now) {
    const title = titleOf(client);
    const open = state.with({ client: client.id });
    const under = client.email && client.email !== title ? client.email : client.label && client.label !== title ? client.label : null;
    return h('tr.goes', { 'aria-selected': state.get('client') === client.id ? 'true' : 'false', onclick: (event) => { if (!event.target.closest('a, button')) state.go(open); } },
      h('td', {}, h('div.who', {}, avatar(title), h('div.clip', {}, h('a.clip', { href: open, 'data-key': `client-${client.id}` }, title), under && h('span.muted.tiny.clip', {}, under)))),
      h('td', {}, h('span.row', {}, badge(client.status), client.expired && h('span.tag', {}, 'expired'))),
      h('td.gone-m', {}, brands(client)),
      h('td', {}, client.health
        ? h('span.row.health', { class: client.health.band }, h('b', {}, client.health.score), spark(scores[client.id], client.health.band))
        : h('span.muted', {}, '–')),
      h('td.gone-s.soft', {}, client['last-log-in'] ? ago(client['last-log-in'], now) : h('span.muted', {}, 'never')));
  }

  const brands = (client) => {
    const [first, ...rest] = client.grants;
    if (!first) return h('span.muted', {}, '–');
    return h('span.row', {}, h('span.tag.clip', {}, first['brand-name']), rest.length > 0 && h('span.tag', { title: rest.map((it) => it['brand-name']).join(', ') }, `+${rest.length}`));
  };

  function nothing() {
    if (state.get('q') || state.get('status')) {
      return empty('search', 'No client matches', 'Try other letters, or look at all of them.', button('Show all', () => { search.value = ''; state.set({ q: null, status: null }); }));
    }
    return empty('clients', 'Nobody is invited yet', 'Invite somebody to a brand: the mail lands in the outbox, and its link opens the portal.',
      canManage() && button('Invite a client', () => state.set({ invite: '1' }), { kind: 'main-act', ico: 'plus' }));
  }

  const drawer = clientDrawer(() => read());
  let inviting = false;
  async function changed() {
    if (search.value.trim() !== (state.get('q') ?? '') && document.activeElement !== search) search.value = state.get('q') ?? '';
    if (what() !== asked) read();
    else draw();
    drawer.changed();
    if (state.get('invite') && !inviting) {
      inviting = true;
      const done = await invite();
      inviting = false;
      state.set({ invite: null, ...(done?.client ? { client: done.client } : {}) }, { quietly: true });
    }
  }

  drawChips();
  changed();
  return { changed, refresh: () => { read(); drawer.refresh(); }, leave: () => drawer.close() };
}

