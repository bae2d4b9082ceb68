// An account's drawer: where it stands, what comes next, its people, its price, and what can be done.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { all, as, call } from './api.js';
import { act, badge, bones, button, confirm, dialog, failed, field, told } from './ui.js';
import { desk } from './desk.js';
import { drawer } from './drawer.js';
import { quoted } from './quote.js';
import { ACCOUNTS, ago, caseOf, day, money, number, payloadOf, words } from './format.js';

export function accountDrawer(changed) {
  let open = null;
  let id = null;
  let found = null;
  const close = () => state.set({ account: null });
  const remove = () => { open?.remove(); open = null; id = null; found = null; };
  const manages = () => state.get('role') !== 'viewer';

  async function read() {
    const asked = id;
    try {
      const [detail, signIns] = await Promise.all([as('accounts.detail', { id: asked }), as('impersonation.list', { account: asked, page: { limit: 5 } }).catch(() => ({ 'sign-ins': [] }))]);
      if (asked !== id) return;
      found = { ...detail, signIns: signIns['sign-ins'] };
      draw();
    } catch (error) {
      if (asked === id) fill(open.body, failed(error, read));
    }
  }

  const run = (from, name, args, done, more) => act(from, () => as(name, { id, ...args }, more), done).then((answer) => { if (answer) { read(); changed(); } return answer; });

  /** Shows what a change costs, and makes it if that is right. */
  async function priced(from, title, change, yes, name, args, done, danger = false) {
    const quote = await act(from, () => as('billing.preview', { change }));
    if (quote && await confirm(title, quoted(quote), yes, { danger })) run(from, name, args, done, { quote: quote.quote });
  }

  async function activate(from) {
    const { catalog } = await call('catalog.get');
    if (!catalog.plans.length) {
      await dialog('No plans are sold', () => h('p.soft.small', {}, 'The platform’s catalog has no plans yet. Set one with `catalog.set` on the screen “Log & calls”.'));
      return;
    }
    const plan = await dialog('Which plan?', (done) => {
      const select = h('select.select', {}, catalog.plans.map((it) => h('option', { value: it.id, selected: it.id === found.account['intended-plan'] }, `${it.name}, ${money({ amount: it.monthly, currency: catalog.currency })} a month`)));
      return h('div.stack.m', {}, field('Plan', select), h('div.dialog-foot', {}, button('Cancel', () => done()), button('Show the price', () => done(select.value), { kind: 'main-act' })));
    });
    if (!plan) return;
    const active = found.account.status === 'active';
    priced(from, active ? 'Change the plan?' : 'Activate it?', { [active ? 'change-plan' : 'activate-account']: { account: id, plan } }, active ? 'Change it' : 'Activate', active ? 'accounts.change-plan' : 'accounts.activate', { plan }, active ? 'The plan is changed' : 'It is active');
  }

  async function signIn(from) {
    const reason = await dialog('Sign in on its behalf', (done) => {
      const input = h('input.input', { name: 'reason', value: 'Looking at what the client sees', maxlength: 200 });
      return h('form.stack.m', { onsubmit: (event) => { event.preventDefault(); done(input.value); } },
        h('p.soft.small', {}, 'For half an hour you see what the account sees. The log names you and the account.'),
        field('Why', input, { hint: 'It is logged, and stays: no names of persons' }),
        h('div.dialog-foot', {}, button('Cancel', () => done()), h('button.button.main-act', { type: 'submit' }, 'Sign in')));
    });
    if (!reason) return;
    const grant = await act(from, () => as('impersonation.start', { 'sign-in': { account: id, reason, mode: null, minutes: null, 'return-to': location.href.split('#')[0] } }), 'Signed in on its behalf');
    if (grant) { sessionStorage.setItem('clientdesk-acting', JSON.stringify({ agency: state.get('agency'), token: grant.token })); state.go(state.to('portal')); }
  }

  function draw() {
    const { account, usage, people, 'people-total': total, signIns } = found;
    const now = desk.now();
    open.head(h('div.grow.clip', {}, h('h2.clip', {}, account.name), h('div.row', {}, badge(account.status, words(account.status), ACCOUNTS[account.status]), account['disabled-reason'] && h('span.muted.tiny', {}, words(account['disabled-reason'])))));
    const at = (time) => time && `${day(time)} · ${ago(time, now)}`;
    const facts = [
      ['Plan', account.plan && `${account.plan.id} · ${money(account.plan.monthly)} a month`],
      ['Add-ons', account['add-ons'].map((it) => it.id).join(', ')],
      ['Each month', money(account['run-rate'])],
      ['Trial ends', at(account['trial-ends-at'])],
      ['Is deleted', at(account['deletes-at'])],
      ['Created', at(account['created-at'])],
      ['E-mail', account.email], ['Plan due', account['plan-due'] && 'the owner is asked to choose one'],
      ['Id', h('code', {}, account.id)],
    ].filter(([, value]) => value);
    const use = (label, { allowance, used }) => {
      const most = caseOf(allowance) === 'unlimited' ? null : payloadOf(allowance);
      return h('div.factor', {}, h('div.row.ends.small', {}, label, h('span.num.muted', {}, `${number(used)} of ${most === null ? 'any number' : number(most)}`)),
        h('div.meter', {}, h('i', { class: most !== null && used >= most ? 'churned' : 'active', style: { width: `${most ? Math.min(100, (used / most) * 100) : 0}%` } })));
    };
    fill(open.body,
      h('section.stack', {}, h('h3', {}, 'Where it stands'), h('dl.facts', {}, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
        account.planned.map((it) => h('p.note', {}, `${words(caseOf(it.what))} on ${day(it.at)}`))),
      h('section.stack', {}, h('h3', {}, 'Uses'), use('Users', usage.users), use('Dashboards', usage.dashboards), use('API calls', usage['api-calls'])),
      h('section.stack', {}, h('h3', {}, `People (${number(total)})`), people.length
        ? h('ul.list', {}, people.map((person) => h('li.row.ends', {}, h('a.clip', { href: state.to('clients', { client: person.client }) }, person.name ?? person.email ?? 'A link'), h('span.row', {}, person.owner && h('span.tag', {}, 'owner'), badge(person.status)))))
        : h('p.muted.small', {}, 'Nobody yet: give it a brand, and invite somebody to that.')),
      brandsOf(account),
      signIns.length > 0 && h('section.stack', {}, h('h3', {}, 'Sign-ins on its behalf'), h('ul.list', {}, signIns.map((it) => h('li.row.ends', {}, h('span.clip', {}, it.reason), h('span.muted.tiny.num', {}, ago(it['started-at'], now)))))));
    const is = (...statuses) => statuses.includes(account.status);
    open.foot(...(manages() ? [
      is('setup', 'trial', 'disabled', 'active') && button(account.status === 'active' ? 'Change plan' : 'Activate', (event) => activate(event.currentTarget), { kind: is('active') ? '' : 'main-act', 'data-key': 'activate' }),
      is('setup') && button('Start a trial', (event) => run(event.currentTarget, 'accounts.start-trial', { days: 14 }, 'On trial for 14 days'), { 'data-key': 'trial' }),
      is('active', 'trial') && button('Sign in', (event) => signIn(event.currentTarget), { 'data-key': 'sign-in' }),
      is('active', 'trial') && button('Disable', (event) => priced(event.currentTarget, 'Disable it?', { 'disable-account': id }, 'Disable', 'accounts.disable', {}, 'Nobody gets in any more', true), { kind: 'danger', 'data-key': 'disable' }),
      is('disabled') && account.plan && button('Resume', (event) => priced(event.currentTarget, 'Resume it?', { 'resume-account': id }, 'Resume', 'accounts.resume', {}, 'It is back'), { 'data-key': 'resume' }),
      !is('deleted') && state.get('role') === 'owner' && button('Delete', (event) => priced(event.currentTarget, 'Delete it for good?', { 'delete-account': id }, 'Delete', 'accounts.delete', { name: account.name }, 'Deleted', true), { kind: 'danger', 'data-key': 'delete' }),
    ] : [h('span.muted.small', {}, 'A viewer changes nothing.')]));
  }

  function brandsOf(account) {
    const list = h('div.row.wrap', {});
    const select = h('select.select', { 'aria-label': 'Move a brand here' }, h('option', { value: '' }, 'Move a brand here…'));
    select.onchange = () => { if (select.value) run(select, 'accounts.move-brand', { id: select.value, account: account.id }, 'Moved'); };
    all('brands.list', {}, 'brands').then((brands) => {
      fill(list, account.brands.length ? account.brands.map((brand) => h('span.tag', {}, brands.find((it) => it.id === brand)?.name ?? brand)) : h('span.muted.small', {}, 'None yet.'));
      select.append(...brands.filter((it) => !it['archived-at'] && it.account !== account.id).map((it) => h('option', { value: it.id }, it.account ? `${it.name} (of ${it.account})` : it.name)));
    }).catch((error) => fill(list, told(error)));
    return h('section.stack', {}, h('h3', {}, 'Brands'), list, manages() && account.status !== 'deleted' && select);
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
    refresh() { if (open) read(); },
    close: remove,
  };
}
