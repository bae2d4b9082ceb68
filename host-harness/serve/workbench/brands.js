// Brands: what clients look at, who has them, and what white-label costs.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { all, as } from './api.js';
import { act, bones, button, confirm, dialog, empty, failed, field, told, wrong } from './ui.js';
import { quoted } from './quote.js';
import { desk } from './desk.js';
import { ago, day, money, number, plural, slug } from './format.js';

export function brands(place, viewTabs) {
  let found = null;
  let turn = 0;
  const tabs = h('div');
  const table = h('div.card', {}, bones(5));
  const archived = h('label.check', {}, h('input', { type: 'checkbox', checked: state.get('archived') === '1', onchange: (event) => state.set({ archived: event.target.checked ? '1' : null }, { quietly: true }) }), 'Archived');
  const manages = () => state.get('role') !== 'viewer';
  fill(place, h('div.page-head', {}, h('h1', {}, 'Brands'), h('div.tools', {}, archived, button('New brand', () => state.set({ new: '1' }), { kind: 'main-act', ico: 'plus', disabled: !manages() }))), tabs, table);

  async function read() {
    turn += 1;
    const mine = turn;
    try {
      const [list, accounts, items] = await Promise.all([all('brands.list', {}, 'brands'), all('accounts.list', {}, 'accounts'), all('billing.items', {}, 'items')]);
      if (mine !== turn) return;
      found = { list, accounts: new Map(accounts.map((it) => [it.id, it.name])), prices: new Map(items.map((it) => [it.item['white-label'], it.price])) };
      draw();
    } catch (error) {
      if (mine === turn) fill(table, failed(error, read));
    }
  }

  function draw() {
    fill(tabs, viewTabs());
    if (!found) return;
    const now = desk.now();
    const shown = found.list.filter((brand) => (state.get('archived') === '1' ? brand['archived-at'] : !brand['archived-at']));
    if (!shown.length) {
      fill(table, state.get('archived') === '1' ? empty('check', 'No brand is archived', 'One that is taken out of use stands here.')
        : empty('desktop', 'No brands yet', 'A brand is what clients look at. White-label is charged for it while somebody has access.', manages() && button('New brand', () => state.set({ new: '1' }), { kind: 'main-act', ico: 'plus' })));
      return;
    }
    fill(table, h('div.table-wrap', {}, h('table.table', {},
      h('thead', {}, h('tr', {}, [['Brand'], ['Clients'], ['Account', 'gone-m'], ['White-label', 'gone-s'], ['Each month', 'num']].map(([label, kind]) => h('th', { scope: 'col', class: kind ?? '' }, label)), h('th', { scope: 'col' }, h('span.hide', {}, 'Editing')))),
      h('tbody', {}, shown.map((brand) => {
        const since = brand['white-label-since'];
        const price = found.prices.get(brand.id);
        return h('tr', {},
          h('td', {}, h('div.clip', {}, h('span.strong', {}, brand.name), h('span.muted.tiny.block.clip', {}, brand.id))),
          h('td', {}, brand.clients ? h('a', { href: state.to('clients', { q: brand.name }), 'aria-label': `${plural(brand.clients, 'client')} of ${brand.name}` }, number(brand.clients)) : h('span.muted', {}, '0')),
          h('td.gone-m', {}, brand.account ? h('a', { href: state.to('clients', { view: 'accounts', account: brand.account }) }, found.accounts.get(brand.account) ?? brand.account) : h('span.muted', {}, 'the agency’s own')),
          h('td.gone-s.soft', {}, brand['archived-at'] ? `archived ${ago(brand['archived-at'], now)}` : since ? `since ${day(since)}` : h('span.muted', {}, 'not charged')),
          h('td.num', {}, price ? money(price) : h('span.muted', {}, '–')),
          h('td.num', {}, manages() && !brand['archived-at'] && button('Edit', () => edit(brand), { kind: 'small-b', 'data-key': `edit-${brand.id}`, 'aria-label': `Edit ${brand.name}` })));
      })))));
  }

  const asked = (title, yes, value, send, other) => dialog(title, (close) => {
    const problem = h('p.note.bad', { hidden: true, role: 'alert' });
    const submit = async (event) => {
      event.preventDefault();
      try {
        close(await send(event.target.elements) ?? true);
      } catch (error) {
        problem.hidden = wrong(event.target, error);
        problem.textContent = told(error);
      }
    };
    const accounts = h('select.select', { name: 'account' }, h('option', { value: '' }, 'The agency’s own'), [...found?.accounts ?? []].map(([id, name]) => h('option', { value: id }, name)));
    return h('form.stack.m', { onsubmit: submit, novalidate: true }, field('Name', h('input.input', { name: 'name', value, autocomplete: 'off', placeholder: 'Nike' })), !value && found?.accounts.size > 0 && field('Account', accounts), problem,
      h('div.dialog-foot', {}, other && button(other, () => close(other), { kind: 'danger first' }), button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, yes)));
  });

  async function make() {
    await asked('New brand', 'Make it', '', ({ name, account }) => as('brands.create', { brand: { id: slug(name.value), name: name.value, account: account?.value || null } }));
    state.set({ new: null }, { quietly: true });
    read();
  }

  async function edit(brand) {
    const done = await asked(`Edit ${brand.name}`, 'Rename it', brand.name, ({ name }) => as('brands.rename', { id: brand.id, name: name.value }), 'Archive');
    if (done === 'Archive') await archive(brand);
    read();
  }

  /** Its price is shown first, and is what is booked. */
  async function archive(brand) {
    const quote = await act(null, () => as('billing.preview', { change: { 'archive-brand': brand.id } }));
    const sure = quote && await confirm(`Archive ${brand.name}?`, h('div.stack.m', {}, h('p.soft.small', {}, 'Nobody has access to it from this moment on. Clients for whom it is the last brand are revoked.'), quoted(quote)), 'Archive it');
    if (sure && await act(null, () => as('brands.archive', { id: brand.id, 'revoke-last': true }, { quote: quote.quote }), `${brand.name} is archived`)) read();
  }

  let making = false;
  const changed = () => {
    draw();
    if (state.get('new') && !making) { making = true; make().finally(() => { making = false; }); }
  };
  changed();
  read();
  return { changed, refresh: read };
}
