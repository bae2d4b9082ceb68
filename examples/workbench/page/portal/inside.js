// The pages of whoever is logged in.

import { h } from '../dom.js';
import { call } from '../api.js';
import { money, number } from '../format.js';
import { acting, desk, form, goSaying, here, link, notice, pass, sentence, session, theme } from './parts.js';

const { agency, more } = here;

/** Whoever is logged in; none: they are asked to. */
async function enter() {
  if (!pass()) {
    location.replace(link('/log-in'));
    return null;
  }
  try {
    const who = await call('portal.me', { session: pass() });
    if (who.agency === agency) return who;
  } catch (problem) {
    if (problem.kind !== 'denied') throw problem;
  }
  const was = acting.get() ? 'The sign-in on the client’s behalf is over.' : 'Your session has ended. Please log in again.';
  (acting.get() ? acting : session).drop();
  goSaying('/log-in', was);
  return null;
}

const brandOf = (who) => who.brands.find((it) => it.id === who['current-brand'])?.name ?? who['current-brand'];

/** Exports: allowed or not, and recorded. */
async function exporting(who, brand) {
  const problem = h('p.note.bad', { role: 'alert', hidden: true });
  const run = async (format) => {
    try {
      await call('portal.export', { session: pass(), format });
      goSaying([here.page, more].filter(Boolean).map((it) => `/${it}`).join(''), `The ${format.toUpperCase()} export is recorded. Its file comes from whoever runs this portal.`);
    } catch (error) {
      problem.hidden = false;
      problem.textContent = sentence(error);
    }
  };
  const button = (format) => h('button.button.quiet', { type: 'button', onclick: () => run(format) }, `Export ${format.toUpperCase()}`);
  const { 'support-email': support } = await theme;
  const whom = support ? h('a', { href: `mailto:${encodeURIComponent(support)}` }, support) : who['agency-name'];
  return h('section.card.panel', { 'aria-labelledby': 'export-title' }, h('h2', { id: 'export-title' }, 'Take it with you'),
    who.permissions['can-export']
      ? [h('p.faint', {}, `Export what ${brand} has here.`), problem, h('div.row', {}, button('pdf'), button('csv'))]
      : h('p.faint', {}, 'Exports are turned off for you. If you need them, ask ', whom, '.'));
}

const tile = ({ key, label }) => h('li', {}, h('a.card.tile', { href: link(`/pages/${key}`) },
  h('span.tile-name', {}, label), h('span.tile-arrow', { 'aria-hidden': 'true' }, '→')));

export async function home() {
  const who = await enter();
  if (!who) return;
  const brand = brandOf(who);
  await desk(brand, who,
    who.welcome && h('section.card.panel.welcome', { 'aria-labelledby': 'welcome-title' },
      h('h2', { id: 'welcome-title' }, `Welcome, ${who.name.split(/\s+/)[0]}`), h('p.written', {}, who.welcome)),
    h('h1', {}, brand),
    !who.verified && !who.acting && h('p.note.due', {}, 'Your e-mail address isn’t confirmed yet: open the link in the e-mail that we sent you.'),
    who.features.length
      ? h('ul.tiles', {}, who.features.map(tile))
      : h('section.card.panel.empty', {}, h('h2', {}, 'Nothing here yet'),
        h('p.faint', {}, `${who['agency-name']} is still preparing your portal. Please look in again soon.`)),
    await exporting(who, brand),
    who.permissions['read-only'] && h('p.small.faint', {}, 'You may look at everything here, and change nothing.'));
}

export async function feature() {
  const who = await enter();
  if (!who) return;
  const found = who.features.find((it) => it.key === more);
  if (!found) {
    await notice('You can’t get in here', 'You don’t have access to this part of the portal.');
    return;
  }
  await call('portal.view-page', { session: pass(), feature: more });
  const brand = brandOf(who);
  const bones = h('div.bones', { 'aria-hidden': 'true' }, Array.from({ length: 7 }, () => h('span')));
  await desk(found.label, who,
    h('p.over', {}, brand),
    h('h1', {}, found.label),
    h('section.card.panel.empty', {}, bones, h('h2', {}, 'Nothing to show yet'),
      h('p.faint', {}, `As soon as there is something about ${found.label} for ${brand}, it stands here.`)),
    await exporting(who, brand));
}

/** `3 dashboards`; none: none at all. */
function much(given, one, many) {
  const most = given['at-most'];
  if (most === undefined) return `Unlimited ${many}`;
  return most === 0 ? null : `${number(most)} ${most === 1 ? one : many}`;
}

function plan({ id, name, monthly, resources, refused }) {
  const gives = [
    much(resources.dashboards, 'dashboard', 'dashboards'),
    much(resources.users, 'user', 'users'),
    much(resources['api-calls'], 'API call a day', 'API calls a day'),
  ].filter(Boolean);
  const choose = async () => {
    await call('portal.choose-plan', { session: pass(), account: more, plan: id });
    goSaying('', 'Your plan runs from now on.');
  };
  return h('li.card.plan', {}, h('h2', {}, name),
    h('p.price', {}, h('strong', {}, money(monthly)), ' ', h('span.faint', {}, 'a month')),
    h('ul.gives', {}, gives.map((text) => h('li', {}, text))),
    refused ? h('p.small.faint.plan-no', {}, 'This plan can’t be chosen.') : form(choose, `Choose ${name}`, []));
}

export async function plans() {
  const who = await enter();
  if (!who) return;
  const name = who['plans-due'].find((due) => due.account === more)?.name ?? more;
  const offers = await call('portal.plans', { session: pass(), account: more });
  await desk('Choose a plan', who,
    h('p.over', {}, name),
    h('h1', {}, 'Choose a plan'),
    h('p.faint.wide-text', {}, `${name} pays for it every month, from now on. A plan can be changed later: ask ${who['agency-name']}.`),
    h('ul.plans', {}, offers.map(plan)),
    h('p', {}, h('a.small', { href: link('') }, 'Decide later')));
}
