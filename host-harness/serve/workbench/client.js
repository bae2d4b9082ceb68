// A client's drawer: overview, brands, permissions, activity, and what can be done.

import { fill, h, spark } from './dom.js';
import { state } from './state.js';
import { all, as, bench } from './api.js';
import { act, avatar, badge, bones, button, confirm, copy, empty, failed, tabs, told } from './ui.js';
import { desk } from './desk.js';
import { drawer } from './drawer.js';
import { quoted } from './quote.js';
import { DELIVERIES, ago, caseOf, day, dayTime, delivery, number, payloadOf, plural, titleOf, words } from './format.js';

const TABS = [['overview', 'Overview'], ['brands', 'Brands'], ['permissions', 'Permissions'], ['activity', 'Activity']];

/** The drawer of the client in the address. `changed` says that something about it is different. */
export function clientDrawer(changed) {
  let open = null;
  let id = null;
  let found = null;
  const close = () => state.set({ client: null, tab: null });

  function remove() { open?.remove(); open = null; id = null; found = null; }

  async function read() {
    const asked = id;
    try {
      const [detail, health, weeks, features] = await Promise.all([
        as('clients.detail', { id: asked }), as('health.explain', { client: asked }),
        bench.get('scores', { agency: state.get('agency'), clients: asked }), as('agencies.settings').then((it) => it.features),
      ]);
      if (asked !== id) return;
      found = detail && { ...detail, health, weeks: weeks[asked], features };
      draw();
    } catch (error) {
      if (asked === id) fill(open.body, failed(error, read));
    }
  }

  function draw() {
    if (!found) {
      open.head(h('h2', {}, 'Client'));
      fill(open.body, empty('clients', 'There is no such client', 'It may belong to another agency.'));
      open.foot();
      return;
    }
    const { client } = found;
    const title = titleOf(client);
    open.head(avatar(title, true), h('div.grow.clip', {}, h('h2.clip', {}, title), h('div.row', {}, badge(client.status), client.email && client.email !== title && h('span.muted.tiny.clip', {}, client.email))));
    const tab = state.get('tab') ?? 'overview';
    open.middle(tabs('Of this client', TABS, tab, (key) => state.set({ tab: key === 'overview' ? null : key }, { quietly: true })));
    fill(open.body, { overview, brands, permissions, activity }[tab]?.() ?? overview());
    open.foot(...actions());
  }

  const manages = () => state.get('role') !== 'viewer';
  /** Does something to the client, and shows what came of it. */
  const run = (from, name, args, done) => act(from, () => as(name, args), done).then((answer) => { if (answer) { read(); changed(); } return answer; });

  function actions() {
    const { client } = found;
    if (!manages()) return [h('span.muted.small', {}, 'A viewer changes nothing.')];
    const invited = ['pending', 'link-invite'].includes(client.status);
    const joined = ['active', 'at-risk', 'churned'].includes(client.status);
    return [
      invited && button('Copy link', (event) => copyLink(event.currentTarget), { ico: 'copy', 'data-key': 'copy' }),
      invited && button('Resend', (event) => run(event.currentTarget, 'clients.resend', { id }, 'Sent again: the old link stopped working'), { 'data-key': 'resend' }),
      joined && button('Reset password', (event) => run(event.currentTarget, 'clients.reset-password', { id }, 'A link is on its way'), { 'data-key': 'reset' }),
      client.status !== 'revoked' && button('Revoke access', (event) => revoke(event.currentTarget), { kind: 'danger', 'data-key': 'revoke' }),
      client.status === 'revoked' && client.email && button('Invite again', () => state.set({ invite: client.email }), { ico: 'plus', 'data-key': 'again' }),
      client.status === 'revoked' && !client.erased && state.get('role') === 'owner' && button('Erase', (event) => erase(event.currentTarget), { kind: 'danger', 'data-key': 'erase' }),
    ];
  }

  async function copyLink(from) {
    const link = await act(from, () => as('clients.copy-link', { id }));
    if (link) copy(link.url, link.expired ? 'Copied: but it has expired' : 'Link copied: it works once');
  }

  /** Its price is shown first, and is what is charged. */
  async function revoke(from) {
    const quote = await act(from, () => as('billing.preview', { change: { revoke: id } }));
    if (!quote) return;
    const sure = await confirm(`Revoke ${titleOf(found.client)}’s access?`, h('div.stack.m', {},
      h('p.soft.small', {}, 'All access ends at once: sessions, open invites, and what it can look at. The history stays.'), quoted(quote)), 'Revoke access');
    if (!sure) return;
    const answer = await act(from, () => as('clients.revoke', { id }, { quote: quote.quote }), 'Access revoked');
    if (answer) { read(); changed(); }
  }

  async function erase(from) {
    const sure = await confirm(`Erase ${titleOf(found.client)}?`, 'Name, address, label and note become unreadable for good, in lists, mails and the log, which still verifies.', 'Erase for good');
    if (sure) run(from, 'clients.erase', { id }, 'Erased');
  }

  function overview() {
    const { client, health } = found;
    const now = desk.now();
    const at = (time) => (time ? h('span', { title: dayTime(time) }, `${day(time)} · ${ago(time, now)}`) : null);
    const mail = delivery(client.delivery);
    const facts = [
      ['Invited', at(client['invited-at'])],
      ['Joined', at(client['joined-at'])],
      ['Last log-in', client['joined-at'] ? at(client['last-log-in']) ?? 'never' : null],
      ['Turns at risk', at(client['at-risk-at'])],
      ['Turns churned', at(client['churned-at'])],
      ['Invite expires', client['expires-at'] ? h('span.row.wrap', {}, at(client['expires-at']), client.expired && h('span.tag', {}, 'expired')) : null],
      ['Mail', mail && h('span.row.wrap', {}, badge(mail.state, words(mail.state), DELIVERIES[mail.state]), mail.reason && h('span.soft', {}, mail.reason))],
      ['Revoked', at(client['revoked-at'])],
      ['Label', client.label], ['Note', client.note], ['Id', h('code', {}, client.id)],
    ].filter(([, value]) => value);
    return [
      client['address-problem'] && h('p.note.warn', {}, client['address-problem']),
      health?.score && healthCard(health.score),
      h('section.stack', {}, h('h3', {}, 'Facts'), h('dl.facts', {}, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))),
    ];
  }

  const healthCard = (score) => h('section.stack.m', {},
    h('div.row.ends', {},
      h('div', {}, h('h3', {}, 'Health'), h('div.row', {}, h('b.score-big', {}, score.score), badge(score.band))),
      spark(found.weeks, score.band, { width: 190, height: 48 })),
    h('div.stack', {}, score.factors.map((factor) => h('div.factor', {},
      h('div.row.ends.small', {}, h('span.strong', {}, words(factor.kind), h('span.muted', {}, ` · ${factor.weight} %`)), h('span.num', {}, factor.value ?? '–')),
      h('div.meter', {}, h('i', { class: factor.value >= 70 ? 'active' : factor.value >= 40 ? 'at-risk' : 'churned', style: { width: `${factor.value ?? 0}%` } })),
      h('p.tiny.muted', {}, factor.sentence)))),
    score.signals.length > 0 && h('div.row.wrap', {}, score.signals.map((signal) => h('span.badge.orange', {}, words(signal)))));

  function brands() {
    const { client } = found;
    const now = desk.now();
    const free = h('select.select', { 'aria-label': 'Another brand', 'data-key': 'add-brand' }, h('option', { value: '' }, 'Give access to…'));
    all('brands.list', {}, 'brands').then((list) => {
      const others = list.filter((brand) => !brand['archived-at'] && !client.grants.some((it) => it.brand === brand.id));
      free.append(...others.map((brand) => h('option', { value: brand.id }, brand.name)));
    }).catch((error) => free.append(h('option', { disabled: true }, told(error))));
    free.addEventListener('change', async () => {
      if (!free.value) return;
      const change = { 'add-brands': { client: id, brands: [free.value], 'ends-at': null } };
      const quote = await act(null, () => as('billing.preview', { change }));
      const sure = quote && await confirm('Give access?', quoted(quote), 'Give access', { danger: false });
      if (sure) run(free, 'clients.add-brands', { id, brands: [free.value] }, 'Access given');
      else free.value = '';
    });
    return [h('section.stack', {}, h('h3', {}, plural(client.grants.length, 'brand')),
      client.grants.length
        ? h('ul.list', {}, client.grants.map((grant) => h('li.row.ends', {},
          h('div', {}, h('span.strong', {}, grant['brand-name']), h('div.tiny.muted', {}, `since ${day(grant.since)}${grant['ends-at'] ? `, until ${day(grant['ends-at'])} (${ago(grant['ends-at'], now)})` : ''}`)),
          manages() && client.grants.length > 1 && button('Remove', (event) => run(event.currentTarget, 'clients.remove-brands', { id, brands: [grant.brand] }, 'Removed'), { kind: 'plain small-b', 'aria-label': `Remove ${grant['brand-name']}` }))))
        : h('p.muted.small', {}, 'No access to any brand.')),
    manages() && client.status !== 'revoked' && free];
  }

  function permissions() {
    const { client, features } = found;
    const may = client.permissions;
    const set = (changes) => run(null, 'clients.set-permissions', { id, permissions: { ...may, ...changes } }, 'Holds at once, also in open sessions');
    const toggle = (label, text, on, change) => h('label.row.ends.permission', {},
      h('span', {}, h('span.strong.small', {}, label), h('span.muted.tiny.block', {}, text)),
      h('input.switch', { type: 'checkbox', role: 'switch', 'data-key': `may-${label}`, checked: on, disabled: !manages() || client.status === 'revoked', onchange: (event) => change(event.target.checked) }));
    const seen = may.features;
    return [
      h('section.stack', {}, h('h3', {}, 'May'),
        toggle('Export data', 'PDF and CSV of what it looks at', may['can-export'], (on) => set({ 'can-export': on })),
        toggle('Only read', 'the portal changes nothing for it', may['read-only'], (on) => set({ 'read-only': on }))),
      h('section.stack', {}, h('h3', {}, 'Features'), features.length
        ? features.filter((it) => it.on).map((feature) => toggle(feature.label, feature.key, !seen || seen.includes(feature.key), (on) => {
          const keys = features.filter((it) => it.on).map((it) => it.key);
          const next = (seen ?? keys).filter((key) => key !== feature.key);
          if (on) next.push(feature.key);
          set({ features: next.length === keys.length ? null : next });
        }))
        : h('p.muted.small', {}, 'The agency has no features in its portal yet: its settings name them.')),
    ];
  }

  function activity() {
    const { activity: did, latest } = found;
    const most = Math.max(1, ...did.features.map((it) => it.views));
    const pair = (label, allTime, recent) => h('div.figure', {}, h('b', {}, number(allTime)), h('span', {}, label), h('span', {}, `${number(recent)} in 30 days`));
    return [
      h('div.figures', {}, pair('log-ins', did['log-ins'], did['recent-log-ins']), pair('page views', did['page-views'], did['recent-page-views']), pair('exports', did.exports, did['recent-exports'])),
      did.features.length > 0 && h('section.stack', {}, h('h3', {}, 'Pages'), did.features.map((it) => h('div.factor', {}, h('div.row.ends.small', {}, it.feature, h('span.num.muted', {}, number(it.views))), h('div.meter', {}, h('i.active', { style: { width: `${(it.views / most) * 100}%` } }))))),
      h('section.stack', {}, h('h3', {}, 'Latest in the log'), h('ul.list', {}, latest.map((entry) => h('li.row.ends', {},
        h('a.clip', { href: state.to('log', { entry: entry.number }) }, words(entry.kind)), h('span.muted.tiny.num', {}, `${by(entry)} · ${ago(entry.at, desk.now())}`))))),
    ];
  }

  const by = (entry) => (caseOf(entry.actor) === 'operator' ? payloadOf(entry.actor).name : words(caseOf(entry.actor)));

  return {
    changed() {
      const asked = state.get('client');
      if (!asked) { if (open) remove(); return; }
      if (asked === id) { if (found) draw(); return; }
      remove();
      id = asked;
      open = drawer('Client', close);
      open.head(h('h2', {}, '…'));
      fill(open.body, bones(8));
      read();
    },
    refresh() { if (open) read(); },
    close: remove,
  };
}

