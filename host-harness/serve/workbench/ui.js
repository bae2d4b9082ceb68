// Parts that screens share: messages, dialogs, menus, badges, what is shown while there is nothing.

import { fill, h, icon } from './dom.js';
import { Problem } from './api.js';
import { BADGES, initials, tone, words } from './format.js';

/** Says something for some seconds. */
export function toast(text, bad = false) {
  const place = document.getElementById('toasts');
  const made = h('div.toast', { class: bad ? 'bad' : '' }, text);
  place.append(made);
  setTimeout(() => made.remove(), bad ? 8000 : 4000);
}

/** What went wrong, in its own words. */
export const told = (error) => (error instanceof Problem ? error.told : String(error?.message ?? error));

/** Does something that a button asks for, once at a time; says what goes wrong. */
export async function act(button, work, done) {
  if (button) button.disabled = true;
  try {
    const answer = await work();
    const said = typeof done === 'function' ? done(answer) : done;
    if (said) toast(said);
    return answer ?? true;
  } catch (error) {
    toast(told(error), true);
    return null;
  } finally {
    if (button) button.disabled = false;
  }
}

export const button = (label, onclick, { kind = '', ico, ...more } = {}) =>
  h('button.button', { type: 'button', class: kind, onclick, ...more }, ico && icon(ico), label && h('span', {}, label));

export const iconButton = (label, ico, onclick, { kind = '', ...more } = {}) =>
  h('button.button.icon', { type: 'button', class: kind, onclick, 'aria-label': label, title: label, ...more }, icon(ico));

export const badge = (status, label = words(status), colour = BADGES[status] ?? '') => h('span.badge', { class: colour }, label);
export const avatar = (title, big) => h('span.avatar', { class: `${tone(title)}${big ? ' big' : ''}`, 'aria-hidden': 'true' }, initials(title));

/** What there is to do where there is nothing yet. */
export const empty = (ico, title, text, ...actions) =>
  h('div.empty', {}, icon(ico), h('b', {}, title), text && h('p', {}, text), actions.length ? h('div.row', {}, actions) : null);

/** Grey lines of the height of what comes. */
export const bones = (lines = 6) => h('div.bones', { 'aria-hidden': 'true' }, Array.from({ length: lines }, (_, at) => h('div.bone', { style: { width: `${92 - ((at * 17) % 40)}%` } })));

export const failed = (error, again) => empty('warn', 'This can’t be shown', told(error), again && button('Try again', again));

/** Puts what was loaded into a place: grey lines at first, then what `make` makes of it; what is there stays while it is loaded anew. */
export async function load(place, work, make, { lines = 6 } = {}) {
  const turn = (place.turn ?? 0) + 1;
  place.turn = turn;
  if (!place.childElementCount) fill(place, bones(lines));
  place.setAttribute('aria-busy', 'true');
  try {
    const found = await work();
    if (place.turn === turn) fill(place, make(found));
  } catch (error) {
    if (place.turn === turn) fill(place, failed(error, () => load(place, work, make, { lines })));
  } finally {
    if (place.turn === turn) place.removeAttribute('aria-busy');
  }
}

export function field(label, input, { hint, id = `f${Math.random().toString(36).slice(2, 9)}` } = {}) {
  input.id = id;
  const note = hint ? h('span.hint', { id: `${id}-hint` }, hint) : null;
  if (note) input.setAttribute('aria-describedby', `${id}-hint`);
  return h('div.field', {}, h('label', { for: id }, label), input, note);
}

/** Beside each field what the contract says of it; whether all of it found a place. */
export function wrong(form, error) {
  for (const old of form.querySelectorAll('.wrong')) old.remove();
  for (const old of form.querySelectorAll('[aria-invalid]')) old.removeAttribute('aria-invalid');
  let placed = 0;
  for (const { field: name, message } of error?.fields ?? []) {
    const input = form.querySelector(`[name="${CSS.escape(name.split('.').at(-1).replace(/\[.*$/, ''))}"]`);
    if (!input) continue;
    placed += 1;
    input.setAttribute('aria-invalid', 'true');
    (input.closest('.field') ?? input).append(h('span.wrong', {}, message));
    if (placed === 1) input.focus();
  }
  return placed > 0 && placed === error.fields.length;
}

/** A dialog; `make(close)` gives what it holds. Answers what it was closed with. */
export function dialog(title, make, { wide } = {}) {
  return new Promise((resolve) => {
    let answer = null;
    const close = (value = null) => { answer = value; box.close(); };
    const id = `d${Math.random().toString(36).slice(2, 8)}`;
    const box = h('dialog', { 'aria-labelledby': id, class: wide ? 'wide' : '' });
    box.append(h('div.dialog', {}, h('div.row.ends', {}, h('h2', { id }, title), iconButton('Close', 'close', () => close(), { kind: 'plain small-b' })), make(close)));
    box.addEventListener('close', () => { box.remove(); resolve(answer); });
    box.addEventListener('click', (event) => { if (event.target === box) close(); });
    document.body.append(box);
    box.showModal();
    box.querySelector('[autofocus], input, select, textarea')?.focus();
  });
}

/** Asks before something is done. `body` is a text or an element. */
export const confirm = (title, body, yes, { danger = true } = {}) => dialog(title, (close) => h('div.stack.m', {},
  typeof body === 'string' ? h('p.soft.small', {}, body) : body,
  h('div.dialog-foot', {},
    button('Cancel', () => close(false)),
    button(yes, () => close(true), { kind: danger ? 'danger full' : 'main-act', 'data-yes': true, autofocus: true }))));

/** A button that opens a list of things to do. */
export function menu(label, ico, items, kind = '') {
  const place = h('div.menu');
  const shut = (focus) => { place.querySelector('.menu-list')?.remove(); open.setAttribute('aria-expanded', 'false'); if (focus) open.focus(); };
  const open = iconButton(label, ico, () => {
    if (place.querySelector('.menu-list')) return shut();
    const list = h('div.menu-list', { role: 'menu' }, items().filter(Boolean).map(([text, run, danger]) =>
      h('button', { type: 'button', role: 'menuitem', class: danger ? 'danger' : '', onclick: () => { shut(true); run(); } }, text)));
    place.append(list);
    open.setAttribute('aria-expanded', 'true');
    list.querySelector('button')?.focus();
  }, { kind, 'aria-haspopup': 'menu', 'aria-expanded': 'false' });
  place.append(open);
  place.addEventListener('keydown', (event) => {
    const buttons = [...place.querySelectorAll('.menu-list button')];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === 'Escape' && buttons.length) { event.stopPropagation(); shut(true); }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!buttons.length) return;
      event.preventDefault();
      buttons[(at + (event.key === 'ArrowDown' ? 1 : buttons.length - 1)) % buttons.length].focus();
    }
  });
  place.addEventListener('focusout', (event) => { if (event.relatedTarget && !place.contains(event.relatedTarget)) shut(); });
  document.addEventListener('click', (event) => { if (!place.contains(event.target)) shut(); });
  return place;
}

/** Tabs: `items` are `[key, label]`; arrows go from one to the next. */
export function tabs(label, items, chosen, choose, kind = '') {
  const list = h('div.tabs', { role: 'tablist', 'aria-label': label, class: kind });
  list.append(...items.map(([key, text]) => h('button.tab', {
    type: 'button', role: 'tab', 'data-key': `tab-${key}`, 'aria-selected': key === chosen ? 'true' : 'false', tabindex: key === chosen ? 0 : -1, onclick: () => choose(key),
  }, text)));
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...list.children];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    next.click();
  });
  return list;
}

export async function copy(text, said = 'Copied') {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    await dialog('Copy it by hand', () => h('textarea.input', { readonly: true, rows: 4, 'aria-label': 'What to copy' }, text));
  }
}

/** Gives the browser a file to keep. */
export function save(text, name, kind) {
  const link = h('a', { href: `data:${kind};charset=utf-8,${encodeURIComponent(text)}`, download: name });
  link.click();
}
