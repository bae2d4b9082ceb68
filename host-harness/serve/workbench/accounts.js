// Accounts: client companies that the agency runs.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { as } from './api.js';
import { act, badge, bones, button, empty, failed } from './ui.js';
import { accountDrawer } from './account.js';
import { deleteAccounts, newAccount } from './account-form.js';
import { signIn } from './acting.js';
import { ACCOUNTS, money, number, plural, words } from './format.js';

const FILTERS = [[null, 'All', 'total'], ['setup', 'Set-up', 'setup'], ['trial', 'Trial', 'trial'], ['active', 'Active', 'active'], ['disabled', 'Disabled', 'disabled'], ['deleted', 'Deleted', 'deleted']];

export function accounts(place, viewTabs) {
  let found = null;
  let counts = null;
  let asked = '';
  let turn = 0;
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Filter by status' });
  const table = h('div.card', {}, bones(5));
  const tabs = h('div');
  const chosen = h('span.row');
  const picked = new Set();
  const owns = () => state.get('role') === 'owner';
  const canManage = () => state.get('role') !== 'viewer';
  fill(place, h('div.page-head', {}, h('h1', {}, 'Accounts'), h('div.tools', {}, chosen, button('New account', () => state.set({ new: '1' }), { kind: 'main-act', ico: 'plus', disabled: !canManage() }))), tabs, chips, table);

  function drawChosen() {
    for (const id of picked) if (!found?.some((account) => account.id === id && account.status !== 'deleted')) picked.delete(id);
    fill(chosen, picked.size > 0 && [h('span.muted.small', {}, `${number(picked.size)} chosen`), button('Delete', (event) => end(event.currentTarget), { kind: 'danger', 'data-key': 'delete-chosen' })]);
  }

  async function read() {
    turn += 1;
    const mine = turn;
    asked = state.get('status') ?? '';
    try {
      const [listed, counted] = await Promise.all([
        as('accounts.list', { filter: { status: state.get('status') }, order: { sort: 'name', descending: false }, page: { limit: 200 } }),
        as('accounts.counts'),
      ]);
      if (mine !== turn) return;
      found = listed.accounts;
      counts = counted;
      draw();
    } catch (error) {
      if (mine === turn) fill(table, failed(error, read));
    }
  }

  function draw() {
    fill(tabs, viewTabs());
    drawChosen();
    const status_ = state.get('status') ?? null;
    fill(chips, FILTERS.map(([status, label, key]) => h('button.chip', { type: 'button', 'data-key': `chip-${status}`, 'aria-pressed': status_ === status ? 'true' : 'false', onclick: () => state.set({ status: status_ === status ? null : status }) },
      status && h('span.dot', { class: ACCOUNTS[status] }), label, h('b', {}, counts ? number(counts[key]) : '·'))));
    if (!found) return;
    if (!found.length) {
      fill(table, state.get('status')
        ? empty('search', 'No account stands there', 'Look at all of them.', button('Show all', () => state.set({ status: null })))
        : empty('shield', 'No accounts yet', 'An account is a client company with a plan, resources and people of its own.', canManage() && button('New account', () => state.set({ new: '1' }), { kind: 'main-act', ico: 'plus' })));
      return;
    }
    fill(table, h('div.table-wrap', {}, h('table.table', {},
      h('thead', {}, h('tr', {}, owns() && h('th.tick-cell', { scope: 'col' }, h('span.hide', {}, 'Chosen')),
        ['Account', 'Status', 'Plan', 'Brands', 'Each month'].map((label, at) => h('th', { scope: 'col', class: at === 4 ? 'num' : at === 2 || at === 3 ? 'gone-m' : '' }, label)),
        h('th', { scope: 'col', class: 'gone-s' }, h('span.hide', {}, 'Signing in')))),
      h('tbody', {}, found.map((account) => {
        const open = state.with({ account: account.id });
        return h('tr.goes', { 'aria-selected': state.get('account') === account.id ? 'true' : 'false', onclick: (event) => { if (!event.target.closest('a, button, input, label')) state.go(open); } },
          owns() && h('td.tick-cell', {}, account.status !== 'deleted' && h('input', { type: 'checkbox', 'aria-label': `Choose ${account.name}`, 'data-key': `pick-${account.id}`, checked: picked.has(account.id), onchange: (event) => { picked[event.target.checked ? 'add' : 'delete'](account.id); drawChosen(); } })),
          h('td', {}, h('div.who', {}, h('div.clip', {}, h('a.clip', { href: open, 'data-key': `account-${account.id}` }, account.name), h('span.muted.tiny.clip', {}, account.email ?? account.id)))),
          h('td', {}, badge(account.status, words(account.status), ACCOUNTS[account.status])),
          h('td.gone-m', {}, account.plan?.id ?? h('span.muted', {}, '–')),
          h('td.gone-m', {}, number(account.brands.length)),
          h('td.num', {}, money(account['run-rate'])),
          h('td.num.gone-s', {}, ['setup', 'trial', 'active'].includes(account.status) && button('Sign in', () => signIn(account), { kind: 'small-b', 'data-key': `sign-in-${account.id}`, 'aria-label': `Sign in for ${account.name}` })));
      })))));
  }

  async function make() {
    const made = await newAccount();
    state.set({ account: typeof made === 'string' ? made : state.get('account'), new: null }, { quietly: true });
    read();
  }

  /** Deletes those that are ticked. */
  async function end(from) {
    const chosen = found.filter((account) => picked.has(account.id));
    const done = await act(from, () => deleteAccounts(chosen), (gone) => (typeof gone === 'number' ? `${plural(gone, 'account')} deleted` : null));
    if (typeof done === 'number') picked.clear();
    read();
  }

  const changed = () => {
    if (asked !== (state.get('status') ?? '')) read(); else draw();
    drawer.changed();
    if (state.get('new') && !making) { making = true; make().finally(() => { making = false; }); }
  };
  let making = false;

  const drawer = accountDrawer(read);
  read();
  changed();
  return {
    changed,
    told: drawer.told,
    refresh() { read(); drawer.refresh(); },
    leave: drawer.close,
  };
}

