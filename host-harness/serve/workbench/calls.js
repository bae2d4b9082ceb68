// A form for each function of the contract, the call in other languages, and the calls that were made.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { Problem, actor, bench, call } from './api.js';
import { badge, bones, button, copy, empty, failed, tabs, told } from './ui.js';
import { contract } from './functions.js';
import { fields } from './form.js';
import { LANGUAGES, copyAs } from './copies.js';
import { clock, number } from './format.js';
import { origin } from './transport.js';

/** Arguments that have a likely value. */
const GUESSES = { page: { limit: 50 }, limit: 50, start: 1, after: 0, direction: 'backward' };
const FIRST = 'clients.list';

export function calls(place, viewTabs) {
  let all = null;
  let shown = null;
  let language = 'shell';
  let last = 0;
  const search = h('input.input', { type: 'search', placeholder: 'Find a function', 'aria-label': 'Find a function', 'data-search': true, oninput: () => drawList() });
  const list = h('div.functions', { tabindex: 0, role: 'group', 'aria-label': 'Functions' }, bones(10));
  const work = h('div.stack.m', {}, h('div.card', {}, bones(8)));
  const heard = h('ol.calls');
  fill(place, h('div.page-head', {}, h('h1', {}, 'Calls')), viewTabs(), h('div.split', {},
    h('section.card', {}, h('div.card-head', {}, search), list),
    h('div.stack.l', {}, work, h('section.card', {}, h('div.card-head', {}, h('h2', {}, 'Called so far'), h('span.muted.tiny', {}, 'since this service was started')), heard))));

  async function begin() {
    try {
      all = await contract();
      drawList();
      drawWork();
    } catch (error) {
      fill(list, failed(error, begin));
    }
  }

  function drawList() {
    if (!all) return;
    const typed = search.value.trim().toLowerCase();
    const chosen = state.get('fn') ?? FIRST;
    const groups = new Map();
    for (const fn of all.functions.values()) {
      if (typed && !fn.name.includes(typed) && !fn.words.toLowerCase().includes(typed)) continue;
      const [group, name] = fn.name.split('.');
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push([name, fn]);
    }
    fill(list, groups.size ? [...groups].map(([group, functions]) => h('section', {}, h('h2', {}, group), functions.map(([name, fn]) =>
      h('a', { href: state.with({ fn: fn.name }), 'data-key': `fn-${fn.name}`, 'aria-current': fn.name === chosen ? 'true' : false }, name))))
      : empty('search', 'No such function', 'Try a word of what it does.'));
    const here = list.querySelector('[aria-current]');
    // By itself: the page stays where it is.
    if (here && (here.offsetTop < list.scrollTop || here.offsetTop > list.scrollTop + list.clientHeight - 60)) list.scrollTop = here.offsetTop - list.clientHeight / 2;
  }

  function drawWork() {
    const fn = all.functions.get(state.get('fn') ?? FIRST) ?? all.functions.get(FIRST);
    if (shown === fn.name) return;
    shown = fn.name;
    const given = {};
    for (const param of fn.params) {
      if (param.name === 'agency' && !JSON.stringify(param.type).includes('new-agency')) given.agency = state.get('agency');
      else if (GUESSES[param.name] !== undefined && param.required) given[param.name] = GUESSES[param.name];
    }
    const kept = sessionStorage.getItem(`clientdesk-args-${fn.name}`);
    if (kept) Object.assign(given, JSON.parse(kept));
    const answer = h('div', { role: 'status' });
    const snippet = h('pre.code', { tabindex: 0, 'data-snippet': true });
    const snippets = h('div');
    let write = () => {};
    const form = fields(fn.params, all.types, given, () => write());
    const it = () => ({ fn, args: form.read(), caller: { agency: state.get('agency'), actor: actor() }, types: all.types, origin });
    write = () => { try { snippet.textContent = copyAs(language, it()); } catch { snippet.textContent = ''; } };
    const drawSnippets = () => {
      fill(snippets, h('div.card-head.flat', {}, tabs('As', LANGUAGES, language, (key) => { language = key; drawSnippets(); write(); }, 'bare grow'), button('Copy', () => copy(snippet.textContent), { kind: 'small-b plain', ico: 'copy' })), h('div.pad-box', {}, snippet));
    };
    drawSnippets();
    const [first, ...rest] = fn.words.split('\n\n');
    fill(work, h('section.card', {},
      h('div.card-head', {}, h('h2', {}, h('code', {}, fn.name)), fn.called && h('span.muted.tiny', {}, `as ${actor().name}, ${actor().role}`)),
      h('form.pad-box.stack.m', { onsubmit: (event) => { event.preventDefault(); send(fn, form.read(), answer, event.submitter); } },
        h('div.small.soft.prose', {}, h('p', {}, first.replaceAll('\n', ' ')), rest.length > 0 && h('details', {}, h('summary', {}, 'More'), rest.map((text) => h('p', {}, text.replaceAll('\n', ' '))))),
        fn.params.length ? form.element : h('p.muted.small', {}, 'It takes no arguments.'),
        h('div', {}, h('button.button.main-act', { type: 'submit' }, 'Call it')), answer)),
    h('section.card', {}, snippets));
    write();
  }

  async function send(fn, args, answer, from) {
    sessionStorage.setItem(`clientdesk-args-${fn.name}`, JSON.stringify(args));
    from.disabled = true;
    const began = performance.now();
    const took = () => `${Math.round(performance.now() - began)} ms`;
    try {
      const caller = fn.called ? { call: { agency: state.get('agency'), actor: actor() } } : {};
      const found = await call(fn.name, { ...caller, ...args });
      fill(answer, h('div.stack', {}, h('div.row', {}, badge('done', 'Done', 'green'), h('span.muted.tiny', {}, took())), found === null ? h('p.small.soft', {}, 'It gives nothing.') : h('pre.code', { tabindex: 0 }, JSON.stringify(found, null, 2))));
    } catch (error) {
      const wrong = error instanceof Problem ? error.fields : [];
      fill(answer, h('div.stack', {}, h('div.row', {}, badge('refused', error.kind || 'failed', 'red'), h('span.muted.tiny', {}, took())), h('p.note.bad', {}, told(error)),
        wrong.length > 0 && h('ul.list', {}, wrong.map((it) => h('li', {}, h('code', {}, it.field), ` ${it.message}`))),
        error.error && h('pre.code', { tabindex: 0 }, JSON.stringify(error.error, null, 2))));
    } finally {
      from.disabled = false;
      history();
    }
  }

  async function history() {
    try {
      const { calls: found } = await bench.get('calls', { after: last });
      if (!found.length) { if (!last) fill(heard, h('li', {}, h('p.muted.small', {}, 'Nothing yet.'))); return; }
      if (!last) fill(heard);
      last = found.at(-1).number;
      for (const one of found.slice(-200)) heard.prepend(line(one));
      while (heard.childElementCount > 200) heard.lastElementChild.remove();
    } catch { /* The next look says more. */ }
  }

  const line = (one) => h('li', {}, h('details', {},
    h('summary', {}, h('span.dot', { class: one.error ? 'red' : one.wrote ? 'green' : '' }), h('code.grow.clip', {}, one.function), one.wrote && h('span.tag', {}, 'wrote'), one.faults > 0 && h('span.tag', {}, 'fault'), h('span.muted.tiny.num', {}, `${number(one.micros)} µs`), h('span.muted.tiny.num', {}, clock(one.at))),
    h('pre.code', { tabindex: 0 }, JSON.stringify({ arguments: one.arguments, ...(one.error ? { error: one.error } : { answer: one.answer }) }, null, 2))));

  begin();
  history();
  const every = setInterval(history, 3000);
  return { changed: () => { drawList(); if (all) drawWork(); }, refresh: history, leave: () => clearInterval(every) };
}
