// Accounts: client companies that the agency runs.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { as, call } from './api.js';
import { badge, bones, button, dialog, empty, failed, field, told, wrong } from './ui.js';
import { accountDrawer } from './account.js';
import { ACCOUNTS, money, number, slug, words } from './format.js';

const FILTERS = [[null, 'All', 'total'], ['setup', 'Set-up', 'setup'], ['trial', 'Trial', 'trial'], ['active', 'Active', 'active'], ['disabled', 'Disabled', 'disabled'], ['deleted', 'Deleted', 'deleted']];

export function accounts(place, viewTabs) {
  let found = null;
  let counts = null;
  let asked = '';
  let turn = 0;
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Filter by status' });
  const table = h('div.card', {}, bones(5));
  const tabs = h('div');
  const canManage = () => state.get('role') !== 'viewer';
  fill(place, h('div.page-head', {}, h('h1', {}, 'Accounts'), h('div.tools', {}, button('New account', make, { kind: 'main-act', ico: 'plus', disabled: !canManage() }))), tabs, chips, table);

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
    const chosen = state.get('status') ?? null;
    fill(chips, FILTERS.map(([status, label, key]) => h('button.chip', { type: 'button', 'data-key': `chip-${status}`, 'aria-pressed': chosen === status ? 'true' : 'false', onclick: () => state.set({ status: chosen === status ? null : status }) },
      status && h('span.dot', { class: ACCOUNTS[status] }), label, h('b', {}, counts ? number(counts[key]) : '·'))));
    if (!found) return;
    if (!found.length) {
      fill(table, state.get('status')
        ? empty('search', 'No account stands there', 'Look at all of them.', button('Show all', () => state.set({ status: null })))
        : empty('shield', 'No accounts yet', 'An account is a client company with a plan, resources and people of its own.', canManage() && button('New account', make, { kind: 'main-act', ico: 'plus' })));
      return;
    }
    fill(table, h('div.table-wrap', {}, h('table.table', {},
      h('thead', {}, h('tr', {}, ['Account', 'Status', 'Plan', 'Brands', 'Each month'].map((label, at) => h('th', { scope: 'col', class: at === 4 ? 'num' : at === 2 || at === 3 ? 'gone-m' : '' }, label)))),
      h('tbody', {}, found.map((account) => {
        const open = state.with({ account: account.id });
        return h('tr.goes', { 'aria-selected': state.get('account') === account.id ? 'true' : 'false', onclick: (event) => { if (!event.target.closest('a')) state.go(open); } },
          h('td', {}, h('div.who', {}, h('div.clip', {}, h('a.clip', { href: open, 'data-key': `account-${account.id}` }, account.name), h('span.muted.tiny.clip', {}, account.email ?? account.id)))),
          h('td', {}, badge(account.status, words(account.status), ACCOUNTS[account.status])),
          h('td.gone-m', {}, account.plan?.id ?? h('span.muted', {}, '–')),
          h('td.gone-m', {}, number(account.brands.length)),
          h('td.num', {}, money(account['run-rate'])));
      })))));
  }

  async function make() {
    const made = await dialog('New account', (close) => {
      const problem = h('p.note.bad', { hidden: true, role: 'alert' });
      const starts = h('select.select', { name: 'start' }, h('option', { value: 'setup' }, 'In set-up: nobody gets in yet'), h('option', { value: 'trial' }, 'On trial for 14 days'));
      call('catalog.get').then(({ catalog }) => starts.append(...catalog.plans.map((plan) => h('option', { value: plan.id }, `Active on ${plan.name}, ${money({ amount: plan.monthly, currency: catalog.currency })} a month`)))).catch(() => {});
      const submit = async (event) => {
        event.preventDefault();
        const { name, email, start } = event.target.elements;
        const begins = start.value === 'setup' ? 'setup' : start.value === 'trial' ? { trial: 14 } : { active: start.value };
        try {
          close(await as('accounts.create', { account: { id: slug(name.value), name: name.value, email: email.value || null, 'billing-owner': 'agency', start: begins } }));
        } catch (error) {
          problem.hidden = wrong(event.target, error);
          problem.textContent = told(error);
        }
      };
      return h('form.stack.m', { onsubmit: submit, novalidate: true },
        field('Name', h('input.input', { name: 'name', autocomplete: 'off', placeholder: 'Nike Inc' })),
        field('E-mail', h('input.input', { name: 'email', type: 'email', autocomplete: 'off', placeholder: 'billing@nike.example' }), { hint: 'Where its own mail goes; may be left out' }),
        field('It begins', starts), problem,
        h('div.dialog-foot', {}, button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, 'Make it')));
    });
    if (made) state.set({ account: made });
    read();
  }

  const drawer = accountDrawer(read);
  draw();
  read();
  drawer.changed();
  return {
    changed() { if (asked !== (state.get('status') ?? '')) read(); else draw(); drawer.changed(); },
    refresh() { read(); drawer.refresh(); },
    leave: drawer.close,
  };
}

