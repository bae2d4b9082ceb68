// What the portal's pages are made of, in the markup that its style sheet is for: that of the service's pages.

import { h } from '../dom.js';
import { call } from '../api.js';
import { placeOf } from '../transport.js';
import { moment, sentence, wrong } from './refusals.js';

export { moment, sentence };

const at = new URLSearchParams(location.search).get('at') ?? '';
const [, , agency = '', page = '', more] = at.split('/');

/** Where this is: whose portal, which of its pages, and what stands behind it. */
export const here = { agency, page, more };

export const link = (path) => placeOf(`/portal/${agency}${path}`);
export const go = (path) => location.assign(link(path));

const kept = (name, key = `clientdesk-portal-${name}-${agency}`) => ({
  get: () => sessionStorage.getItem(key),
  set: (value) => sessionStorage.setItem(key, value),
  drop: () => sessionStorage.removeItem(key),
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

/** How the agency's portal looks. */
export const theme = call('portal.theme', { agency });

/** The logo, where it is in the address itself: nothing is loaded from elsewhere. */
function mark({ name, 'logo-address': logo }) {
  const shown = logo?.startsWith('data:')
    ? h('img.logo', { src: logo, alt: name })
    : [h('span.initial', { 'aria-hidden': 'true' }), h('span.portal-name', {}, name)];
  return h('a.mark', { href: link('') }, shown);
}

const foot = ({ 'support-email': support }) => h('footer.foot', {},
  support && h('p', {}, 'Questions? ', h('a', { href: `mailto:${encodeURIComponent(support)}` }, support)));

function show(kind, title, look, ...parts) {
  document.title = `${title} · ${look.name}`;
  document.body.className = kind;
  document.body.replaceChildren(h('a.skip', { href: '#main' }, 'Skip to the content'), ...parts.filter(Boolean));
}

/** A page with a card in the middle. */
export async function door(title, ...content) {
  const look = await theme;
  show('door', title, look, h('header.door-head', {}, mark(look)), h('main.card.door-card', { id: 'main', tabindex: -1 }, said(), content), foot(look));
}

/** A page that only says something, and where to go on: `[label, path]`. */
export const notice = (title, text, [label, path] = ['To the portal', '']) => door(title,
  h('h1', {}, title), h('p.lead', {}, text), h('p.actions', {}, h('a.button', { href: link(path) }, label)));

/** A page of whoever is logged in. */
export async function desk(title, who, ...content) {
  const look = await theme;
  show('desk', title, look,
    who.acting && banner(who.acting),
    h('header.bar', {}, mark(look), h('div.bar-tools', {}, switcher(who), !who.acting && own(who))),
    h('div.columns', {}, side(who), h('main', { id: 'main', tabindex: -1 }, said(), page !== 'plans' && who['plans-due'].map(due), content, foot(look))));
}

const menu = (summary, kind, ...parts) => h('details.menu', { name: 'bar' }, summary, h('div', { class: kind }, parts));

function switcher({ brands, 'current-brand': current }) {
  const name = brands.find((it) => it.id === current)?.name;
  if (brands.length < 2) return h('span.brand-name.clip', {}, name);
  const to = async (brand) => {
    await call('portal.switch-brand', { session: pass(), brand });
    location.reload();
  };
  const choice = (it) => h('li', {}, h('button', { type: 'button', 'aria-current': it.id === current && 'true', onclick: () => to(it.id) }, it.name));
  return menu(h('summary', {}, h('span.visually-hidden', {}, 'Brand: '), h('span.clip', {}, name)), 'menu-list',
    h('p.menu-title', {}, 'Switch to another brand'), h('ul', {}, brands.map(choice)));
}

function own({ name, email }) {
  const letters = name.split(/\s+/).map((word) => word[0]).filter((letter) => /[\p{L}\p{N}]/u.test(letter ?? ''));
  const initials = [letters[0], letters.length > 1 && letters.at(-1)].filter(Boolean).join('').toUpperCase();
  const logOut = async () => {
    await call('portal.log-out', { session: session.get() }).catch(() => {}); // it may be over already
    session.drop();
    goSaying('/log-in', 'You are logged out.');
  };
  return menu(h('summary.round', {}, h('span.visually-hidden', {}, 'Your menu'), h('span', { 'aria-hidden': 'true' }, initials)), 'menu-list right',
    h('p.menu-title', {}, name, email && [h('br'), h('span.faint', {}, email)]),
    h('ul', {}, h('li', {}, h('button', { type: 'button', onclick: logOut }, 'Log out'))));
}

function side({ features }) {
  const shown = more === undefined ? page : `${page}/${more}`;
  const to = (path, label) => h('li', {}, h('a', { href: link(path && `/${path}`), 'aria-current': path === shown && 'page' }, label));
  return h('nav.side', { 'aria-label': 'Portal' }, h('ul', {}, to('', 'Overview'), features.map(({ key, label }) => to(`pages/${key}`, label))));
}

const due = ({ account, name }) => h('div.note.due', {},
  h('p', {}, h('strong', {}, `${name} needs a plan.`), ' You are its owner: choose one, and it goes on without a break.'),
  h('a.button.small-button', { href: link(`/plans/${account}`) }, 'Choose a plan'));

/** Somebody is signed in on a client's behalf: who, until when, and the way out. */
function banner({ id, operator, words, 'operator-name': name, 'ends-at': until, 'way-out': out, 'return-to': back }) {
  const stop = async () => {
    await call('impersonation.stop', { call: { agency, actor: { id: operator, name, role: 'viewer' } }, id });
    acting.drop();
    if (back) location.assign(back);
    else goSaying('/log-in', 'The sign-in on the client’s behalf is over.');
  };
  return h('section.banner', { 'aria-label': 'Signed in on a client’s behalf' },
    h('p', {}, h('strong', {}, words), h('span', {}, ` Until ${moment(until)}.`)),
    h('button.button.small-button', { type: 'button', onclick: stop }, out));
}

/** A field of a form. */
export const field = (name, label, type, complete, { hint, ...rest } = {}) => h('div.field', {},
  h('label', { for: `f-${name}` }, label),
  h('input', { id: `f-${name}`, name, type, autocomplete: complete, required: true, 'aria-describedby': hint && `h-${name}`, ...rest }),
  hint && h('p.hint', { id: `h-${name}` }, hint));

const CHOOSING = 'At least 8 characters. A few words that only you put together are best.';

export const email = (rest) => field('email', 'E-mail address', 'email', 'username', { autocapitalize: 'none', spellcheck: 'false', ...rest });
export const password = () => field('password', 'Password', 'password', 'current-password');
export const newPassword = (label) => field('password', label, 'password', 'new-password', { hint: CHOOSING });

/** A form, below what is said above it: `act` gets what was filled in; what it refuses stands beside its field, or above. */
export function form(act, label, fields, ...rest) {
  const above = h('p.note.bad', { role: 'alert', hidden: true });
  const send = h('button.button.wide', {}, label);
  const made = h('form', { novalidate: true }, fields, h('div.actions.stack', {}, send, rest));
  made.addEventListener('submit', async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      await act(Object.fromEntries(new FormData(made)));
    } catch (problem) {
      refuse(made, above, problem);
    }
    send.disabled = false;
  });
  return [above, made];
}

function refuse(made, above, problem) {
  for (const old of made.querySelectorAll('.error')) old.remove();
  for (const old of made.querySelectorAll('.wrong')) old.classList.remove('wrong');
  for (const old of made.querySelectorAll('[aria-invalid]')) old.removeAttribute('aria-invalid');
  const placed = (problem.fields ?? []).filter((it) => made.elements[it.field]);
  for (const it of placed) {
    const input = made.elements[it.field];
    input.closest('.field').classList.add('wrong');
    input.setAttribute('aria-invalid', 'true');
    input.after(h('p.error', {}, wrong(it)));
  }
  above.hidden = placed.length > 0;
  above.textContent = sentence(problem);
  made.querySelector('[aria-invalid]')?.focus();
}
