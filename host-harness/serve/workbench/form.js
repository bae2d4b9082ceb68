// A form for any type of the contract. Each part gives an element and what is read from it; nothing: it is left out.

import { fill, h } from './dom.js';
import { button, iconButton } from './ui.js';
import { resolve } from './functions.js';

let ids = 0;
const hint = (words) => (words ? h('span.hint', {}, words.split('\n\n')[0].replaceAll('\n', ' ')) : null);

/** The parts for a list of fields. `given` is what they begin with. */
export function fields(list, types, given = {}, changed = () => {}) {
  const parts = list.map(({ name, type, required }) => [name, part(name, type, types, !required, given[name], changed)]);
  return {
    element: h('div.stack.m', {}, parts.map(([, it]) => it.element)),
    read: () => Object.fromEntries(parts.map(([name, it]) => [name, it.read()]).filter(([, value]) => value !== undefined)),
  };
}

function part(name, type, types, leavable, given, changed) {
  const what = resolve(type, types);
  const optional = leavable || what.optional;
  if (['record', 'list', 'variant'].includes(what.kind)) return optional ? lazily(name, what, types, given, changed) : nested(name, what, types, given, changed);
  return scalar(name, what, optional, given, changed);
}

function scalar(name, what, optional, given, changed) {
  const id = `p${ids += 1}`;
  const common = { id, name, oninput: changed, onchange: changed };
  const label = h('label', { for: id }, name, !optional && h('span.must', { 'aria-hidden': 'true' }, ' *'));
  const field = (input) => h('div.field', {}, label, input, hint(what.words));
  if (what.kind === 'enum' || (what.kind === 'flag' && optional)) {
    const cases = what.kind === 'enum' ? what.cases : ['true', 'false'];
    const input = h('select.select', common, optional && h('option', { value: '' }, '–'), cases.map((it) => h('option', { value: it, selected: String(given) === it }, it)));
    return { element: field(input), read: () => (input.value === '' ? undefined : what.kind === 'flag' ? input.value === 'true' : input.value) };
  }
  if (what.kind === 'flag') {
    const input = h('input', { ...common, type: 'checkbox', checked: Boolean(given) });
    return { element: h('div.field', {}, h('label.check', { for: id }, input, name), hint(what.words)), read: () => input.checked };
  }
  const input = h('input.input', { ...common, autocomplete: 'off', spellcheck: 'false', inputmode: what.kind === 'number' ? 'numeric' : false, placeholder: what.kind === 'time' ? '2026-09-01T12:00:00Z' : false, value: given ?? '' });
  return {
    element: field(input),
    read() {
      const text = input.value;
      if (text === '') return optional ? undefined : what.kind === 'text' ? '' : undefined;
      if (what.kind === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
      return text;
    },
  };
}

function nested(name, what, types, given, changed, remove) {
  const inner = { record, list, variant }[what.kind](name, what, types, given, changed);
  return {
    element: h('fieldset.nest', {}, h('legend', {}, name, remove && iconButton(`Leave ${name} out`, 'close', remove, { kind: 'plain small-b' })), hint(what.words), inner.element),
    read: inner.read,
  };
}

/** What may be left out is there once it is asked for. */
function lazily(name, what, types, given, changed) {
  const place = h('div');
  let inner = null;
  const leave = () => { inner = null; fill(place, h('div.row.ends', {}, h('span.soft.small', {}, name), button('Give', () => give(), { kind: 'small-b', ico: 'plus', 'aria-label': `Give ${name}` }))); changed(); };
  const give = (value) => { inner = nested(name, what, types, value, changed, leave); fill(place, inner.element); changed(); };
  if (given === undefined || given === null) leave(); else give(given);
  return { element: place, read: () => inner?.read() };
}

const record = (name, what, types, given, changed) => fields(what.fields, types, given ?? {}, changed);

function list(name, what, types, given, changed) {
  const of = resolve(what.of, types);
  if (['text', 'enum', 'time', 'number'].includes(of.kind)) {
    const input = h('textarea.input', { name, rows: 2, 'aria-label': `${name}, one a line`, placeholder: 'One a line', oninput: changed, spellcheck: 'false' }, (given ?? []).join('\n'));
    return { element: input, read: () => input.value.split('\n').map((it) => it.trim()).filter(Boolean).map((it) => (of.kind === 'number' ? Number(it) : it)) };
  }
  const items = [];
  const place = h('div.stack');
  const add = (value) => {
    const item = nested(`${name} ${items.length + 1}`, of, types, value, changed, () => { items.splice(items.indexOf(item), 1); item.element.remove(); changed(); });
    items.push(item);
    place.append(item.element);
    changed();
  };
  for (const value of given ?? []) add(value);
  return { element: h('div.stack', {}, place, button('Add one', () => add(), { kind: 'small-b', ico: 'plus', 'aria-label': `Add one to ${name}` })), read: () => items.map((it) => it.read()) };
}

function variant(name, what, types, given, changed) {
  const place = h('div');
  let inner = null;
  let chosen = null;
  const key = typeof given === 'string' ? given : Object.keys(given ?? {})[0];
  const select = h('select.select', { name, 'aria-label': name }, what.cases.map((it) => h('option', { value: it.key, selected: it.key === key }, it.key)));
  const choose = (value) => {
    chosen = what.cases.find((it) => it.key === select.value);
    inner = chosen.type ? part(chosen.key, chosen.type, types, false, value, changed) : null;
    fill(place, inner?.element);
    changed();
  };
  select.addEventListener('change', () => choose());
  choose(given && typeof given === 'object' ? given[key] : undefined);
  return { element: h('div.stack', {}, select, place), read: () => (inner ? { [chosen.key]: inner.read() ?? null } : chosen.key) };
}
