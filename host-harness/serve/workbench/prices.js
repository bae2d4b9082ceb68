// Prices: the platform's catalog of plans and add-ons, and what this agency gets of it.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { call } from './api.js';
import { act, bones, button, dialog, empty, failed, field, told, wrong } from './ui.js';
import { featureChecks, featureName, readFeatures, readResources, resourceFields, saidResources } from './resources.js';
import { major, minor, money, plural, slug } from './format.js';

const KINDS = { plans: ['plan', 'Plans', 'What an account can be on, by the month.'], 'add-ons': ['add-on', 'Add-ons', 'What an account can have on top of its plan.'] };

export function prices(place, viewTabs) {
  let turn = 0;
  const tabs = h('div');
  const body = h('div.stack.l', {}, bones(8));
  fill(place, h('div.page-head', {}, h('h1', {}, 'Prices'), h('span.muted.small', {}, 'Set by the platform, for all agencies')), tabs, body);

  async function read() {
    turn += 1;
    const mine = turn;
    try {
      const [sold, terms] = await Promise.all([call('catalog.get'), call('catalog.terms', { agency: state.get('agency') })]);
      if (mine === turn) draw(sold, terms);
    } catch (error) {
      if (mine === turn) fill(body, failed(error, read));
    }
  }

  function draw({ catalog, version }, terms) {
    const price = (amount) => money({ amount, currency: catalog.currency });
    const figure = (value, label, more) => h('div.figure', {}, h('b', {}, value), h('span', {}, label), more && h('span', {}, more));
    const change = (next) => call('catalog.set', { catalog: { ...catalog, ...next }, expected: version });
    const list = (kind) => {
      const [one, title, text] = KINDS[kind];
      const things = catalog[kind];
      const make = (thing) => edit(one, thing, catalog.currency, (made) => change({ [kind]: thing ? things.flatMap((it) => (it.id === thing.id ? made ?? [] : it)) : [...things, made] }));
      return h('section.card', {}, h('div.card-head.tight', {}, h('h2', {}, title), h('span.muted.tiny.gone-s', {}, text), button(`New ${one}`, () => make(), { kind: 'small-b', ico: 'plus' })),
        things.length
          ? h('ul.list.in-card', {}, things.map((thing) => h('li.row.ends', {},
            h('div.clip', {}, h('span.strong', {}, thing.name), h('span.muted.tiny.block.clip', {}, [saidResources(thing.resources), ...thing.features.map(featureName)].join(', '))),
            h('span.row', {}, h('span.num', {}, `${price(thing.monthly)} a month`), button('Edit', () => make(thing), { kind: 'small-b', 'aria-label': `Edit ${thing.name}` })))))
          : empty('shield', `No ${title.toLowerCase()} are sold`, `Make one, and accounts can have it.`, button(`New ${one}`, () => make(), { kind: 'main-act', ico: 'plus' })));
    };
    const tiers = catalog['plan-discounts'].map((it) => `${it['basis-points'] / 100} % from ${plural(it['from-plans'], 'plan')} on`).join(', ');
    fill(body,
      h('div.figures', {}, figure(price(catalog['white-label'].monthly), 'a brand a month', 'where it is billed monthly'), figure(price(catalog['white-label'].annual), 'a brand a year', 'where it is billed yearly'), figure(tiers || 'none', 'volume discount on plans')),
      list('plans'), list('add-ons'),
      h('section.card', {}, h('div.card-head', {}, h('h2', {}, 'For this agency')),
        h('div.pad-box', {}, h('label.row.ends.permission', {}, h('span', {}, h('span.strong.small', {}, 'Volume discount'), h('span.muted.tiny.block', {}, 'By the number of its active plans, from its next month on.')),
          h('input.switch', { type: 'checkbox', role: 'switch', 'data-key': 'volume', checked: terms['volume-discount'], onchange: (event) => act(event.target, () => call('catalog.set-terms', { agency: state.get('agency'), changes: { 'volume-discount': event.target.checked } }), 'It counts from the next month on').then(read) })))));
  }

  const edit = (one, thing, currency, send) => dialog(thing ? `Edit ${thing.name}` : `New ${one}`, (close) => {
    const problem = h('p.note.bad', { hidden: true, role: 'alert' });
    const submit = async (event) => {
      event.preventDefault();
      const form = event.target;
      const { name, monthly } = form.elements;
      const amount = minor(monthly.value, currency);
      if (!Number.isFinite(amount) || amount < 0) { problem.hidden = false; problem.textContent = 'Say what it costs a month, such as 29.00'; monthly.focus(); return; }
      try {
        await send({ id: thing?.id ?? slug(name.value) ?? 'plan', name: name.value, monthly: amount, resources: readResources(form), features: readFeatures(form) });
        close();
        read();
      } catch (error) {
        problem.hidden = wrong(form, error);
        problem.textContent = told(error);
      }
    };
    const none = { dashboards: { 'at-most': 0 }, users: { 'at-most': 0 }, 'api-calls': { 'at-most': 0 } };
    return h('form.stack.m', { onsubmit: submit, novalidate: true },
      h('div.pair', {}, field('Name', h('input.input', { name: 'name', value: thing?.name ?? '', autocomplete: 'off', placeholder: one === 'plan' ? 'Basic' : 'More dashboards' })), field(`${currency} a month`, h('input.input', { name: 'monthly', inputmode: 'decimal', value: thing ? major(thing.monthly, currency) : '', placeholder: '29.00' }))),
      resourceFields(thing?.resources ?? (one === 'plan' ? {} : none)), h('p.muted.tiny', {}, 'An empty number is as many as one likes.'), featureChecks(thing?.features), problem,
      h('div.dialog-foot', {}, thing && button('Sell it no more', (event) => act(event.currentTarget, () => send(null), 'Accounts that have it keep it').then((done) => { if (done) { close(); read(); } }), { kind: 'danger first' }), button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, thing ? 'Save' : 'Make it')));
  }, { wide: true });

  fill(tabs, viewTabs());
  read();
  return { changed: () => fill(tabs, viewTabs()), refresh: read };
}
