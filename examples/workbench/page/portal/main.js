// The portal in a browser alone: what links in mails open, and the pages of whoever is logged in. One's profile, colleagues
// and who signed in on one's behalf are the service's only.

import { h } from '../dom.js';
import { call } from '../api.js';
import { money, number } from '../format.js';
import { paint } from './palette.js';
import { acting, desk, door, email, field, form, go, goSaying, here, link, moment, newPassword, notice, pass, password, sentence, session, theme } from './parts.js';

const { agency, page, more } = here;

/** Begins a session; whoever has a plan to choose is asked. */
async function signedIn({ session: new_ }) {
  session.set(new_);
  acting.drop();
  const who = await call('portal.me', { session: new_ });
  go(who['plans-due'].length ? `/plans/${who['plans-due'][0].account}` : '');
}

async function invite(accepts) {
  let invitation;
  try {
    invitation = await call('portal.open', { token: more });
  } catch (problem) {
    return notice(problem.kind === 'expired' ? 'This invitation has expired' : 'This invitation can’t be used', `${sentence(problem)}${problem.kind === 'expired' ? ' Ask whoever invited you to send it again.' : ''}`, ['Log in', '/log-in']);
  }
  const { inviter, brands, email: bound, domain, name, 'expires-at': until, 'has-login': known } = invitation;
  const address = email({ value: bound ?? '', readonly: bound !== null });
  const signUp = async (given) => signedIn(await call('portal.sign-up', { token: more, name: given.name, password: given.password, email: bound === null ? given.email : null, origin: null }));
  const accept = async (given) => signedIn(await call('portal.accept', { token: more, email: given.email, password: given.password, origin: null }));
  return door(accepts || known ? 'Accept the invitation' : 'Sign up',
    h('h1', {}, `${inviter} invites you`),
    h('p.lead', {}, brands.length === 1 ? 'You are invited to look at:' : 'You are invited to look at these brands:'),
    h('ul.chips', {}, brands.map((brand) => h('li', {}, brand))),
    until && h('p.small.faint', {}, `The invitation is good until ${moment(until)}.`),
    h('h2', {}, accepts || known ? 'Accept with your log-in' : 'Sign up'),
    accepts || known
      ? form(accept, 'Accept the invitation', [address, password()], h('a.small', { href: link('/forgot-password') }, 'Forgot your password?'), !known && h('a.small', { href: link(`/invite/${more}`) }, 'No log-in yet? Sign up'))
      : form(signUp, 'Sign up and accept', [field('name', 'Your name', 'text', 'name', { value: name ?? '', maxlength: 200 }), address, domain && h('p.hint.lone', {}, `The address must end with @${domain}.`), newPassword('Choose a password')],
        h('a.small', { href: link(`/accept/${more}`) }, 'You have a log-in already? Accept with it')));
}

const logIn = () => door('Log in', h('h1', {}, 'Log in'),
  form(async (given) => signedIn(await call('portal.log-in', { agency, email: given.email, password: given.password, origin: null })), 'Log in', [email(), password()], h('a.small', { href: link('/forgot-password') }, 'Forgot your password?')));

const forgot = () => door('Forgot your password?', h('h1', {}, 'Forgot your password?'), h('p.lead', {}, 'Tell us your e-mail address, and we send you a link to choose a new one.'),
  form(async (given) => {
    await call('portal.forgot-password', { agency, email: given.email });
    await door('Look into your inbox', h('h1', {}, 'Look into your inbox'), h('p.lead', {}, 'If ', h('strong', {}, given.email), ' has access to this portal, an e-mail is on its way there. Its link works for one hour.'), h('p.actions', {}, h('a.button.quiet.wide', { href: link('/log-in') }, 'Back to log-in')));
  }, 'Send the link', [email()], h('a.small', { href: link('/log-in') }, 'Back to log-in')));

const reset = () => door('Choose a new password', h('h1', {}, 'Choose a new password'), h('p.lead', {}, 'Everywhere that you are logged in, you will be logged out.'),
  form(async (given) => { await call('portal.reset-password', { token: more, password: given.password }); goSaying('/log-in', 'Your password was changed. Log in with the new one.'); }, 'Change the password', [newPassword('New password')]));

const confirm = () => door('Confirm your e-mail address', h('h1', {}, 'Confirm your e-mail address'), h('p.lead', {}, 'One click, and we know that the address is yours.'),
  form(async () => { await call('portal.confirm-email', { token: more }); goSaying('', 'Thank you: your e-mail address is confirmed.'); }, 'Confirm the address', []));

const onBehalf = () => door('On a client’s behalf', h('h1', {}, 'On a client’s behalf'), h('p.lead', {}, 'You are about to see this portal as a client does. Whatever you do is logged under your own name. A bar at the top shows how to leave.'),
  form(async () => { await call('portal.me', { session: more }); acting.set(more); go(''); }, 'Continue', []));

/** Whoever is logged in; none: they are asked to. */
async function enter() {
  if (!pass()) { location.replace(link('/log-in')); return null; }
  try {
    const who = await call('portal.me', { session: pass() });
    if (who.agency === agency) return who;
  } catch (problem) {
    if (problem.kind !== 'denied') { await notice('This doesn’t work just now', sentence(problem)); return null; }
  }
  const was = acting.get() ? 'The sign-in on the client’s behalf is over.' : 'Your session has ended. Please log in again.';
  (acting.get() ? acting : session).drop();
  goSaying('/log-in', was);
  return null;
}

/** Exports: allowed or not, and recorded. */
async function exporting(who, brand) {
  const { 'support-email': support } = await theme;
  const problem = h('p.note.bad', { role: 'alert', hidden: true });
  const run = async (format) => {
    try {
      await call('portal.export', { session: pass(), format });
      goSaying([here.page, here.more].filter(Boolean).map((it) => `/${it}`).join(''), `The ${format.toUpperCase()} export is recorded. Its file comes from whoever runs this portal.`);
    } catch (error) {
      problem.hidden = false;
      problem.textContent = sentence(error);
    }
  };
  return h('section.card.panel', { 'aria-labelledby': 'export-title' }, h('h2', { id: 'export-title' }, 'Take it with you'), who.permissions['can-export']
    ? [h('p.faint', {}, `Export what ${brand} has here.`), problem, h('div.row', {}, ['pdf', 'csv'].map((format) => h('button.button.quiet', { type: 'button', onclick: () => run(format) }, `Export ${format.toUpperCase()}`)))]
    : h('p.faint', {}, 'Exports are turned off for you. If you need them, ask ', support ? h('a', { href: `mailto:${encodeURIComponent(support)}` }, support) : who['agency-name'], '.'));
}

const brandOf = (who) => who.brands.find((it) => it.id === who['current-brand'])?.name ?? who['current-brand'];

async function home() {
  const who = await enter();
  if (!who) return;
  const brand = brandOf(who);
  await desk(brand, who,
    who.welcome && h('section.card.panel.welcome', { 'aria-labelledby': 'welcome-title' }, h('h2', { id: 'welcome-title' }, `Welcome, ${who.name.split(/\s+/)[0]}`), h('p.written', {}, who.welcome)),
    h('h1', {}, brand),
    !who.verified && !who.acting && h('p.note.due', {}, 'Your e-mail address isn’t confirmed yet: open the link in the e-mail that we sent you.'),
    who.features.length
      ? h('ul.tiles', {}, who.features.map((it) => h('li', {}, h('a.card.tile', { href: link(`/pages/${it.key}`) }, h('span.tile-name', {}, it.label), h('span.tile-arrow', { 'aria-hidden': 'true' }, '→')))))
      : h('section.card.panel.empty', {}, h('h2', {}, 'Nothing here yet'), h('p.faint', {}, `${who['agency-name']} is still preparing your portal. Please look in again soon.`)),
    await exporting(who, brand),
    who.permissions['read-only'] && h('p.small.faint', {}, 'You may look at everything here, and change nothing.'));
}

async function feature() {
  const who = await enter();
  if (!who) return;
  const found = who.features.find((it) => it.key === more);
  if (!found) { await notice('You can’t get in here', 'You don’t have access to this part of the portal.'); return; }
  await call('portal.view-page', { session: pass(), feature: more }).catch(() => {});
  const brand = brandOf(who);
  await desk(found.label, who, h('p.over', {}, brand), h('h1', {}, found.label),
    h('section.card.panel.empty', {}, h('div.bones', { 'aria-hidden': 'true' }, Array.from({ length: 7 }, () => h('span'))), h('h2', {}, 'Nothing to show yet'), h('p.faint', {}, `As soon as there is something about ${found.label} for ${brand}, it stands here.`)),
    await exporting(who, brand));
}

async function plans() {
  const who = await enter();
  if (!who) return;
  const name = who['plans-due'].find((due) => due.account === more)?.name ?? more;
  const offers = await call('portal.plans', { session: pass(), account: more });
  const much = (given, one, many) => { const most = given?.['at-most']; return most === undefined ? `Unlimited ${many}` : most === 0 ? null : `${number(most)} ${most === 1 ? one : many}`; };
  const choose = async (plan) => { await call('portal.choose-plan', { session: pass(), account: more, plan }); goSaying('', 'Your plan runs from now on.'); };
  await desk('Choose a plan', who, h('p.over', {}, name), h('h1', {}, 'Choose a plan'),
    h('p.faint.wide-text', {}, `${name} pays for it every month, from now on. A plan can be changed later: ask ${who['agency-name']}.`),
    h('ul.plans', {}, offers.map((plan) => h('li.card.plan', {}, h('h2', {}, plan.name), h('p.price', {}, h('strong', {}, money(plan.monthly)), ' ', h('span.faint', {}, 'a month')),
      h('ul.gives', {}, [much(plan.resources.dashboards, 'dashboard', 'dashboards'), much(plan.resources.users, 'user', 'users'), much(plan.resources['api-calls'], 'API call a day', 'API calls a day')].filter(Boolean).map((text) => h('li', {}, text))),
      plan.refused ? h('p.small.faint.plan-no', {}, 'This plan can’t be chosen.') : form(() => choose(plan.id), `Choose ${plan.name}`, [])))),
    h('p', {}, h('a.small', { href: link('') }, 'Decide later')));
}

const only = () => notice('This page is made by the service', 'In a browser alone there are sign-up, log-in, passwords, the overview, exports and plans. Profiles, colleagues and sign-ins on somebody’s behalf come with `clientdesk serve`.');

const PAGES = { '': home, invite: () => invite(false), accept: () => invite(true), 'log-in': logIn, 'forgot-password': forgot, 'reset-password': reset, 'confirm-email': confirm, 'on-behalf': onBehalf, pages: feature, plans, profile: only, colleagues: only, 'sign-ins': only };

try {
  paint(await theme);
  await (PAGES[page] ?? (() => notice('There is nothing here', 'Please check the address, or begin at the portal’s first page.')))();
} catch (problem) {
  document.body.replaceChildren(h('main.card.door-card', {}, h('h1', {}, 'This doesn’t work just now'), h('p.lead', {}, sentence(problem))));
}
