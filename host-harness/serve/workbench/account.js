// An account's drawer: where it stands, what comes next, its people, its price, and what can be done.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { all, as, call } from './api.js';
import { act, badge, bones, button, confirm, dialog, failed, field, menu, told } from './ui.js';
import { choose, deleteAccounts, editAccount, editResources } from './account-form.js';
import { signIn, tokenFor } from './acting.js';
import { desk } from './desk.js';
import { drawer } from './drawer.js';
import { quoted } from './quote.js';
import { featureName } from './resources.js';
import { ACCOUNTS, ago, caseOf, day, money, number, payloadOf, words } from './format.js';

const DAYS = 14;

export function accountDrawer(changed) {
  let open = null;
  let id = null;
  let found = null;
  /** Whether what is drawn is under a sign-in. */
  let drawnActing = false;
  let footed = '';
  const close = () => state.set({ account: null });
  const remove = () => { open?.remove(); open = null; id = null; found = null; footed = ''; };
  const manages = () => state.get('role') !== 'viewer';
  /** Under the sign-in that runs on its behalf, where this tab began it. */
  const under = () => ({ acting: tokenFor(id) });
  const acting = () => Boolean(tokenFor(id));

  async function read() {
    const asked = id;
    try {
      const [detail, signIns, sold] = await Promise.all([
        as('accounts.detail', { id: asked }), as('impersonation.list', { account: asked, page: { limit: 5 } }).catch(() => ({ 'sign-ins': [] })), call('catalog.get'),
      ]);
      if (asked !== id) return;
      found = { ...detail, signIns: signIns['sign-ins'], catalog: sold.catalog };
      draw();
    } catch (error) {
      if (asked === id) fill(open.body, failed(error, read));
    }
  }

  const after = (answer) => { if (answer) { read(); changed(); } return answer; };
  const run = (from, name, args, done, more) => act(from, () => as(name, { id, ...args }, more), done).then(after);

  /** Shows what a change costs, and makes it if that is right. */
  async function priced(from, title, change, yes, name, args, done, danger = false, more = {}) {
    const quote = await act(from, () => as('billing.preview', { change }, more));
    if (quote && await confirm(title, quoted(quote), yes, { danger })) await run(from, name, args, done, { ...more, quote: quote.quote });
  }

  const prices = () => state.to('clients', { view: 'prices' });

  async function activate(from) {
    const { plans, currency } = found.catalog;
    const active = found.account.status === 'active';
    const plan = await choose('Which plan?', 'Plan', plans, currency, found.account.plan?.id ?? found.account['intended-plan'], prices());
    if (!plan) return;
    if (active) priced(from, 'Change the plan?', { 'change-plan': { account: id, plan } }, 'Change it', 'accounts.change-plan', { plan }, 'The plan is changed', false, under());
    else priced(from, 'Activate it?', { 'activate-account': { account: id, plan } }, 'Activate', 'accounts.activate', { plan }, 'It is active');
  }

  async function addOn(from) {
    const { 'add-ons': sold, currency } = found.catalog;
    const has = found.account['add-ons'].map((it) => it.id);
    const chosen = await choose('Which add-on?', 'Add-on', sold.filter((it) => !has.includes(it.id)), currency, null, prices());
    if (chosen) priced(from, 'Add it?', { 'add-add-on': { account: id, 'add-on': chosen } }, 'Add it', 'accounts.add-add-on', { 'add-on': chosen }, 'It has the add-on', false, under());
  }

  const removeAddOn = (from, addOn_) => priced(from, 'Remove the add-on?', { 'remove-add-on': { account: id, 'add-on': addOn_ } }, 'Remove it', 'accounts.remove-add-on', { 'add-on': addOn_ }, 'It goes at the end of the month', true, under());

  async function extend() {
    const days = await dialog('A longer trial', (done) => {
      const input = h('input.input', { name: 'days', type: 'number', min: 1, max: DAYS, value: 7 });
      return h('form.stack.m', { onsubmit: (event) => { event.preventDefault(); done(Number(input.value)); } },
        field('Days more', input, { hint: `In all, a trial lasts ${DAYS} days at most` }), h('div.dialog-foot', {}, button('Cancel', () => done()), h('button.button.main-act', { type: 'submit' }, 'Extend it')));
    });
    if (days) run(null, 'accounts.extend-trial', { days }, 'The trial is longer');
  }

  function payer() {
    const owner = found.account['billing-owner'] === 'agency' ? 'platform' : 'agency';
    return priced(null, owner === 'platform' ? 'The account pays itself?' : 'The agency pays for it?', { 'set-billing-owner': { account: id, owner } }, 'Change it', 'accounts.set-billing-owner', { owner },
      owner === 'platform' ? 'Its owner is asked to choose a plan' : 'The agency pays for it');
  }

  async function end(from) {
    if (await act(from, () => deleteAccounts([found.account]), (done) => (done === 1 ? 'Deleted' : null)) === 1) { read(); changed(); }
  }

  const saved = (done) => { if (done) { read(); changed(); } };

  function draw() {
    drawnActing = acting();
    const { account, usage, people, 'people-total': total, signIns } = found;
    const now = desk.now();
    open.head(h('div.grow.clip', {}, h('h2.clip', {}, account.name), h('div.row', {}, badge(account.status, words(account.status), ACCOUNTS[account.status]), account['disabled-reason'] && h('span.muted.tiny', {}, words(account['disabled-reason'])))));
    const at = (time) => time && `${day(time)} · ${ago(time, now)}`;
    const facts = [
      ['Description', account.description],
      ['Plan', account.plan && `${account.plan.id} · ${money(account.plan.monthly)} a month`],
      ['Plan to come', account['intended-plan']],
      ['Each month', money(account['run-rate'])],
      ['Who pays', account['billing-owner'] === 'agency' ? 'the agency' : account['pays-itself'] ? 'the account itself' : 'the account itself, once it has chosen a plan'],
      ['Charged on', account['resale-price'] && `${money(account['resale-price'])} a month${account.margin ? `, of which ${money(account.margin)} stay` : ''}`],
      ['Trial ends', at(account['trial-ends-at'])],
      ['Is deleted', at(account['deletes-at'])],
      ['Created', at(account['created-at'])],
      ['E-mail', account.email ?? 'none: notices come to the agency'], ['Plan due', account['plan-due'] && 'the owner is asked to choose one'],
      ['Id', h('code', {}, account.id)],
    ].filter(([, value]) => value);
    const use = (label, { allowance, used }) => {
      const most = caseOf(allowance) === 'unlimited' ? null : payloadOf(allowance);
      return h('div.factor', {}, h('div.row.ends.small', {}, label, h('span.num.muted', {}, `${number(used)} of ${most === null ? 'any number' : number(most)}`)),
        h('div.meter', {}, h('i', { class: most !== null && used >= most ? 'churned' : 'active', style: { width: `${most ? Math.min(100, (used / most) * 100) : 0}%` } })));
    };
    const lives = account.status !== 'deleted';
    fill(open.body,
      acting() && h('p.note', {}, 'You are signed in on its behalf: what you change here is done in its name, and logged so.'),
      h('section.stack', {}, h('h3', {}, 'Where it stands'), h('dl.facts', {}, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
        account.planned.map((it) => h('p.note', {}, `${words(caseOf(it.what))}${typeof payloadOf(it.what) === 'string' ? ` (${payloadOf(it.what)})` : ''} on ${day(it.at)}`))),
      h('section.stack', {}, h('h3', {}, 'Uses'), use('Users', usage.users), use('Dashboards', usage.dashboards), use('API calls', usage['api-calls'])),
      h('section.stack', {}, h('h3', {}, 'Features'), h('div.row.wrap', {}, account.features.length ? account.features.map((key) => h('span.tag', {}, featureName(key))) : h('span.muted.small', {}, 'None.'))),
      account['add-ons'].length > 0 && h('section.stack', {}, h('h3', {}, 'Add-ons'), h('ul.list', {}, account['add-ons'].map((it) => h('li.row.ends', {}, h('span.clip', {}, it.id, h('span.muted', {}, ` · ${money(it.monthly)} a month`)),
        lives && manages() && !account.planned.some((step) => payloadOf(step.what) === it.id) && button('Remove', (event) => removeAddOn(event.currentTarget, it.id), { kind: 'plain small-b', 'aria-label': `Remove ${it.id}` }))))),
      h('section.stack', {}, h('h3', {}, `People (${number(total)})`), people.length
        ? h('ul.list', {}, people.map((person) => h('li.row.ends', {}, h('a.clip', { href: state.to('clients', { client: person.client }) }, person.name ?? person.email ?? 'A link'), h('span.row', {}, person.owner && h('span.tag', {}, 'owner'), badge(person.status)))))
        : h('p.muted.small', {}, 'Nobody yet: give it a brand, and invite somebody to that.')),
      brandsOf(account),
      signIns.length > 0 && h('section.stack', {}, h('h3', {}, 'Sign-ins on its behalf'), h('ul.list', {}, signIns.map((it) => h('li.row.ends', {}, h('span.clip', {}, `${it['operator-name'] ?? ''}: ${it.reason}`), h('span.muted.tiny.num', {}, ago(it['started-at'], now)))))));
    foot(account);
  }

  /** Drawn anew only where something else can be done: a menu that is open stays so. */
  function foot(account) {
    const key = JSON.stringify([account.status, account.email, account['billing-owner'], Boolean(account.plan), acting(), state.get('role')]);
    if (key === footed) return;
    footed = key;
    const is = (...statuses) => statuses.includes(account.status);
    if (!manages()) { open.foot(is('setup', 'active', 'trial') && signInButton(), h('span.muted.small', {}, 'A viewer changes nothing.')); return; }
    if (is('deleted')) { open.foot(h('span.muted.small', {}, 'It is gone for good.')); return; }
    const words_ = () => editAccount(found.account, under()).then(saved);
    const uses = () => editResources(found.account, under()).then(saved);
    if (acting()) {
      open.foot(is('active') && button('Change plan', (event) => activate(event.currentTarget), { kind: 'main-act', 'data-key': 'activate' }),
        is('active') && button('Add an add-on', (event) => addOn(event.currentTarget), { 'data-key': 'add-on' }),
        button('Edit', words_, { 'data-key': 'edit' }), button('Resources', uses, { 'data-key': 'resources' }));
      return;
    }
    open.foot(
      button(is('active') ? 'Change plan' : 'Activate', (event) => activate(event.currentTarget), { kind: is('active') ? '' : 'main-act', 'data-key': 'activate' }),
      is('setup') && button('Start a trial', (event) => run(event.currentTarget, 'accounts.start-trial', { days: DAYS }, `On trial for ${DAYS} days`), { 'data-key': 'trial' }),
      !is('disabled') && signInButton(),
      is('active', 'trial') && button('Disable', (event) => priced(event.currentTarget, 'Disable it?', { 'disable-account': id }, 'Disable', 'accounts.disable', {}, 'Nobody gets in any more', true), { kind: 'danger', 'data-key': 'disable' }),
      is('disabled') && account.plan && button('Resume', (event) => priced(event.currentTarget, 'Resume it?', { 'resume-account': id }, 'Resume', 'accounts.resume', {}, 'It is back'), { 'data-key': 'resume' }),
      menu('More', 'more', () => [
        ['Edit', words_], ['Resources and features', uses],
        is('active') && ['Add an add-on', () => addOn(null)],
        is('trial') && ['Extend the trial', extend],
        account.email && ['Send a password reset', () => run(null, 'accounts.reset-password', {}, 'A link is on its way')],
        [account['billing-owner'] === 'agency' ? 'Let it pay itself' : 'Pay for it', payer],
        state.get('role') === 'owner' && ['Delete', () => end(null), true],
      ]));
  }

  const signInButton = () => button('Sign in', () => signIn(found.account), { 'data-key': 'sign-in' });

  function brandsOf(account) {
    const list = h('div.row.wrap', {});
    const select = h('select.select', { 'aria-label': 'Move a brand here' }, h('option', { value: '' }, 'Move a brand here…'));
    select.onchange = () => { if (select.value) run(select, 'accounts.move-brand', { id: select.value, account: account.id }, 'Moved'); };
    all('brands.list', {}, 'brands').then((brands) => {
      fill(list, account.brands.length ? account.brands.map((brand) => h('span.tag', {}, brands.find((it) => it.id === brand)?.name ?? brand)) : h('span.muted.small', {}, 'None yet.'));
      select.append(...brands.filter((it) => !it['archived-at'] && it.account !== account.id).map((it) => h('option', { value: it.id }, it.account ? `${it.name} (of ${it.account})` : it.name)));
    }).catch((error) => fill(list, told(error)));
    return h('section.stack', {}, h('h3', {}, 'Brands'), list, manages() && !acting() && account.status !== 'deleted' && select);
  }

  return {
    changed() {
      const asked = state.get('account');
      if (!asked) { if (open) remove(); return; }
      if (asked === id) return;
      remove();
      id = asked;
      open = drawer('Account', close);
      open.head(h('h2', {}, '…'));
      fill(open.body, bones(8));
      read();
    },
    /** The sign-in on its behalf began or ended. */
    told() { if (found && acting() !== drawnActing) draw(); },
    refresh() { if (open) read(); },
    close: remove,
  };
}
