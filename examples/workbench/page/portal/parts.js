// What the portal's pages are made of, in the markup that its style sheet is for: that of the service's pages.

import { h } from '../dom.js';
import { call } from '../api.js';
import { placeOf } from '../transport.js';

const at = new URLSearchParams(location.search).get('at') ?? '';
const [, , agency = '', ...rest] = at.split('/');

/** Where this is: whose portal, which of its pages, and what stands behind it. */
export const here = { agency, page: rest[0] ?? '', more: rest[1] };

const base = `/portal/${agency}`;
export const link = (path) => placeOf(`${base}${path}`);
export const go = (path) => location.assign(link(path));

const kept = (name) => ({
  get: () => sessionStorage.getItem(`clientdesk-portal-${name}-${agency}`),
  set: (value) => sessionStorage.setItem(`clientdesk-portal-${name}-${agency}`, value),
  drop: () => sessionStorage.removeItem(`clientdesk-portal-${name}-${agency}`),
});
/** A client's session, an operator's on a client's behalf, and what was done, for the page after. */
export const session = kept('session');
export const acting = kept('acting');
const done = kept('done');

export const pass = () => acting.get() ?? session.get();

/** Goes to a page, which says what was done. */
export function goSaying(path, text) {
  done.set(text);
  go(path);
}

function said() {
  const text = done.get();
  done.drop();
  return text && h('p.note.good', { role: 'status' }, text);
}

export const theme = call('portal.theme', { agency });

const mark = ({ name, 'logo-address': logo }) => h('a.mark', { href: link('') }, logo?.startsWith('data:') ? h('img.logo', { src: logo, alt: name }) : [h('span.initial', { 'aria-hidden': 'true' }), h('span.portal-name', {}, name)]);
const foot = ({ 'support-email': support }) => h('footer.foot', {}, support && h('p', {}, 'Questions? ', h('a', { href: `mailto:${encodeURIComponent(support)}` }, support)));

function show(kind, title, look, ...parts) {
  document.title = `${title} · ${look.name}`;
  document.body.className = kind;
  document.body.replaceChildren(h('a.skip', { href: '#main' }, 'Skip to the content'), ...parts.filter(Boolean));
  document.querySelector('[autofocus]')?.focus();
}

/** A page with a card in the middle. */
export async function door(title, ...content) {
  const look = await theme;
  show('door', title, look, h('header.door-head', {}, mark(look)), h('main.card.door-card', { id: 'main', tabindex: -1 }, said(), content), foot(look));
}

/** A page of whoever is logged in. */
export async function desk(title, who, ...content) {
  const look = await theme;
  const brand = who.brands.find((it) => it.id === who['current-brand']);
  const initials = who.name.split(/\s+/).map((word) => word[0]).filter((letter) => /[\p{L}\p{N}]/u.test(letter ?? ''));
  const switcher = who.brands.length > 1
    ? menu(h('summary', {}, h('span.visually-hidden', {}, 'Brand: '), h('span.clip', {}, brand?.name)), 'menu-list', h('p.menu-title', {}, 'Switch to another brand'), h('ul', {}, who.brands.map((it) => h('li', {}, h('button', { type: 'button', 'aria-current': it.id === brand?.id && 'true', onclick: () => switchTo(it.id) }, it.name)))))
    : h('span.brand-name.clip', {}, brand?.name);
  const own = !who.acting && menu(h('summary.round', {}, h('span.visually-hidden', {}, 'Your menu'), h('span', { 'aria-hidden': 'true' }, [initials[0], initials.length > 1 && initials.at(-1)].filter(Boolean).join('').toUpperCase())), 'menu-list right',
    h('p.menu-title', {}, who.name, who.email && [h('br'), h('span.faint', {}, who.email)]), h('ul', {}, h('li', {}, h('button', { type: 'button', onclick: leave }, 'Log out'))));
  const page = (path, label) => h('li', {}, h('a', { href: link(path), 'aria-current': path === `/${[here.page, here.more].filter(Boolean).join('/')}` || (!path && !here.page) ? 'page' : false }, label));
  show('desk', title, look,
    who.acting && banner(who.acting),
    h('header.bar', {}, mark(look), h('div.bar-tools', {}, switcher, own)),
    h('div.columns', {},
      h('nav.side', { 'aria-label': 'Portal' }, h('ul', {}, page('', 'Overview'), who.features.map((it) => page(`/pages/${it.key}`, it.label)))),
      h('main', { id: 'main', tabindex: -1 }, said(),
        here.page !== 'plans' && who['plans-due'].map((due) => h('div.note.due', {}, h('p', {}, h('strong', {}, `${due.name} needs a plan.`), ' You are its owner: choose one, and it goes on without a break.'), h('a.button.small-button', { href: link(`/plans/${due.account}`) }, 'Choose a plan'))),
        content, foot(look))));
}

const menu = (summary, kind, ...parts) => h('details.menu', { name: 'bar' }, summary, h('div', { class: kind }, parts));

async function switchTo(brand) {
  await call('portal.switch-brand', { session: pass(), brand });
  location.reload();
}

async function leave() {
  await call('portal.log-out', { session: session.get() }).catch(() => {});
  session.drop();
  goSaying('/log-in', 'You are logged out.');
}

/** Somebody is signed in on a client's behalf: who, until when, and the way out. */
function banner({ id, operator, words, 'operator-name': name, 'ends-at': until, 'way-out': out, 'return-to': back }) {
  const stop = async () => {
    await call('impersonation.stop', { call: { agency, actor: { id: operator, name, role: 'viewer' } }, id });
    acting.drop();
    if (back) location.assign(back);
    else goSaying('/log-in', 'The sign-in on the client’s behalf is over.');
  };
  return h('section.banner', { 'aria-label': 'Signed in on a client’s behalf' }, h('p', {}, h('strong', {}, words), h('span', {}, ` Until ${moment(until)}.`)), h('button.button.small-button', { type: 'button', onclick: stop }, out));
}

/** `1 September 2026, 12:00 UTC`. */
export function moment(time) {
  const utc = { timeZone: 'UTC' };
  return `${new Date(time).toLocaleDateString('en-GB', { ...utc, day: 'numeric', month: 'long', year: 'numeric' })}, ${new Date(time).toLocaleTimeString('en-GB', { ...utc, hour: '2-digit', minute: '2-digit' })} UTC`;
}

/** A page that only says something, and where to go on: `[label, path]`. */
export const notice = (title, sentence, [label, path] = ['To the portal', '']) => door(title, h('h1', {}, title), h('p.lead', {}, sentence), label && h('p.actions', {}, h('a.button', { href: link(path) }, label)));

/** A field of a form. */
export const field = (name, label, type, complete, { hint, ...more } = {}) => h('div.field', {}, h('label', { for: `f-${name}` }, label),
  h('input', { id: `f-${name}`, name, type, autocomplete: complete, required: true, 'aria-describedby': hint && `h-${name}`, ...more }), hint && h('p.hint', { id: `h-${name}` }, hint));
export const email = (more) => field('email', 'E-mail address', 'email', 'username', { autocapitalize: 'none', spellcheck: 'false', ...more });
export const password = () => field('password', 'Password', 'password', 'current-password');
export const newPassword = (label) => field('password', label, 'password', 'new-password', { hint: 'At least 8 characters. A few words that only you put together are best.' });

/** A form: `act` gets what was filled in; what it refuses stands beside its field, or above the form. */
export function form(act, label, fields, ...more) {
  const above = h('p.note.bad', { role: 'alert', hidden: true });
  const made = h('form', { novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const send = made.querySelector('button');
    send.disabled = true;
    try {
      await act(Object.fromEntries(new FormData(made)));
    } catch (problem) {
      refuse(made, above, problem);
    }
    send.disabled = false;
  } }, above, fields, h('div.actions.stack', {}, h('button.button.wide', {}, label), more));
  return made;
}

function refuse(made, above, problem) {
  for (const old of made.querySelectorAll('.error')) old.remove();
  for (const old of made.querySelectorAll('.wrong')) old.classList.remove('wrong');
  const unplaced = (problem.fields ?? []).filter(({ field: name, code, message }) => {
    const input = made.elements[name];
    if (!input) return true;
    const label = { email: 'The e-mail address', name: 'The name', password: 'The password' }[name] ?? name;
    input.closest('.field').classList.add('wrong');
    input.setAttribute('aria-invalid', 'true');
    input.after(h('p.error', {}, code === 'empty' ? `${label} is missing.` : `${label} ${message.replaceAll('`', '')}.`));
    return false;
  });
  above.hidden = problem.fields?.length > 0 && unplaced.length === 0;
  above.textContent = sentence(problem);
  (made.querySelector('[aria-invalid]') ?? above).focus?.();
}

const DENIED = {
  'wrong-password': 'The e-mail address or the password isn’t right.', revoked: 'Your access to this portal was removed.', pending: 'Your invitation is still open: use the link in its e-mail first.',
  address: 'This invitation is for another e-mail address.', agency: 'This portal is closed for the time being.', 'no-export': 'You may look at everything here, but not export it.', 'account-feature': 'Exports aren’t part of what your company has booked.',
  feature: 'You don’t have access to this part of the portal.', brand: 'You don’t have access to this brand, or not any more.', 'read-only': 'You are signed in to look only.', account: 'There is nothing to look at yet, or not any more just now. Please try again later.',
};

/** Why something was refused, for clients. */
export function sentence(problem) {
  const { kind, error } = problem;
  if (kind === 'denied') return DENIED[error.denied.code] ?? 'You may not do this.';
  if (kind === 'exists') return 'There is a log-in with this address already.';
  if (kind === 'expired') return `It was good until ${moment(error.expired)}.`;
  if (kind === 'busy' || kind === 'unavailable') return 'This can’t be done just now. Please try again in a few minutes.';
  if (kind === 'not-found') return /\bused\b/.test(problem.message) ? 'This link was used already.' : /\breplaced\b/.test(problem.message) ? 'There is a newer link than this one: look for the latest e-mail.' : 'This link doesn’t lead anywhere. Please check that it is complete.';
  if (kind === 'limit') return 'That was tried very often. Please wait a little.';
  if (kind === 'conflict') return 'This isn’t possible any more: things have changed meanwhile.';
  return 'This can’t be done. Please ask for help.';
}
