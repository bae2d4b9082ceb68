// Screen 5: the live log with its chain, and calls.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { as, bench } from './api.js';
import { act, bones, button, copy, empty, failed } from './ui.js';
import { desk } from './desk.js';
import { drawer } from './drawer.js';
import { calls } from './calls.js';
import { ago, caseOf, dayTime, number, payloadOf, plural, words } from './format.js';

const VIEWS = [[null, 'Log'], ['calls', 'Calls']];
const viewTabs = () => h('nav.tabs.bare', { 'aria-label': 'Log and calls' }, VIEWS.map(([view, label]) =>
  h('a.tab', { href: state.to('log', { view }), 'data-key': `view-${view}`, 'aria-current': (state.get('view') ?? null) === view ? 'page' : false }, label)));

export function log(place) {
  let screen = null;
  let view;
  const show = () => {
    const asked = state.get('view') ?? null;
    if (screen && view === asked) { screen.changed?.(); return; }
    screen?.leave?.();
    view = asked;
    fill(place);
    screen = view === 'calls' ? calls(place, viewTabs) : entries(place);
  };
  show();
  return { changed: show, refresh: () => screen.refresh?.(), entry: (entry) => screen.entry?.(entry), leave: () => screen.leave?.() };
}

export const byWhom = ({ actor }) => {
  const payload = payloadOf(actor);
  if (caseOf(actor) === 'operator') return `${payload.name}${payload['on-behalf-of'] ? ` for ${payload['on-behalf-of']}` : ''}`;
  return caseOf(actor) === 'client' ? 'a client' : `the ${caseOf(actor)}`;
};

function details(entry) {
  try { return JSON.parse(entry.details); } catch { return {}; }
}

/** The plain texts of an entry's details, in a line. */
function gist(entry) {
  const said = [];
  const walk = (value) => {
    if (typeof value === 'string' && value && !/^([0-9a-f-]{36}|[\w-]+:[\w-]{40,})$/.test(value)) said.push(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object') Object.entries(value).forEach(([key, it]) => { if (key !== 'kind' && key !== 'impersonation') walk(it); });
  };
  walk(details(entry));
  return said.slice(0, 4).join(' · ');
}

const KINDS = [/created|invited|joined|started|added|granted|activated/, /revoked|deleted|erased|closed|removed|failed|refused/, /expired|stopped|ended|disabled|changed|suspended/];
const toneOf = (kind) => (KINDS[1].test(kind) ? 'red' : KINDS[0].test(kind) ? 'green' : KINDS[2].test(kind) ? 'orange' : '');

function entries(place) {
  let found = [];
  let next = null;
  let turn = 0;
  let asked = '';
  const fresh = new Set();
  const table = h('div.card', {}, bones(10));
  const verdict = h('div', { role: 'status' });
  const kind = h('select.select.auto', { 'aria-label': 'Kind of entry', onchange: () => state.set({ kind: kind.value || null }) }, h('option', { value: '' }, 'Every kind'));
  const tabs = h('div');
  fill(place, h('div.page-head', {}, h('h1', {}, 'Log'), h('div.tools', {}, kind, button('Verify', (event) => verify(event.currentTarget), { ico: 'shield' }))), tabs, verdict, table);

  async function kinds() {
    try {
      const page = await as('audit.list', { direction: 'backward', page: { limit: 500 } });
      const all = [...new Set(page.entries.map((it) => it.kind))].sort();
      const chosen = state.get('kind');
      if (chosen && !all.includes(chosen)) all.push(chosen);
      fill(kind, h('option', { value: '' }, 'Every kind'), all.map((it) => h('option', { value: it, selected: it === chosen }, words(it))));
    } catch { /* The list says it. */ }
  }

  async function read({ more = false } = {}) {
    turn += 1;
    const mine = turn;
    asked = state.get('kind') ?? '';
    try {
      const page = await as('audit.list', { filter: { kind: state.get('kind') }, direction: 'backward', page: { limit: 50, cursor: more ? next : null } });
      if (mine !== turn) return;
      found = more ? [...found, ...page.entries] : page.entries;
      next = page.next ?? null;
      draw();
    } catch (error) {
      if (mine === turn) fill(table, failed(error, read));
    }
  }

  function draw() {
    fill(tabs, viewTabs());
    if (!found.length) {
      fill(table, empty('log', 'Nothing is logged yet', 'Whatever anybody does here is written down, in a chain that proves it.', state.get('kind') && button('Every kind', () => state.set({ kind: null }))));
      return;
    }
    const now = desk.now();
    fill(table, h('div.table-wrap', {}, h('table.table.log-table', {},
      h('thead', {}, h('tr', {}, h('th.num', { scope: 'col' }, 'No.'), h('th', { scope: 'col' }, 'What happened'), h('th.gone-m', { scope: 'col' }, 'By'), h('th', { scope: 'col' }, 'When'), h('th.gone-s', { scope: 'col' }, 'Chain'))),
      h('tbody', {}, found.map((entry) => row(entry, now))))),
    next && h('div.table-foot', {}, button('Show older', () => read({ more: true }), { kind: 'plain', 'data-key': 'more' })));
  }

  const row = (entry, now) => h('tr.goes', { class: fresh.has(entry.number) ? 'fresh' : '', 'aria-selected': state.get('entry') === String(entry.number) ? 'true' : 'false', onclick: (event) => { if (!event.target.closest('a')) state.go(state.with({ entry: entry.number })); } },
    h('td.num.muted', {}, number(entry.number)),
    h('td', {}, h('div.row', {}, h('span.dot', { class: toneOf(entry.kind) }), h('div.clip', {}, h('a.strong.ink', { href: state.with({ entry: entry.number }), 'data-key': `entry-${entry.number}` }, words(entry.kind)), h('span.muted.tiny.clip.block', {}, gist(entry))))),
    h('td.gone-m.soft', {}, byWhom(entry)),
    h('td.soft', { title: dayTime(entry.at) }, ago(entry.at, now)),
    h('td.gone-s', {}, h('code.chain', {}, short(entry.hash))));

  const short = (hash) => (hash.split(':').at(-1) ?? hash).slice(0, 8);

  async function verify(from) {
    fill(verdict);
    let start = 1;
    let verified = 0;
    const began = performance.now();
    const flaw = await act(from, async () => {
      for (;;) {
        const part = await as('audit.verify', { start });
        verified += part.verified;
        if (part.flaw) return { flaw: part.flaw };
        if (!part.next) return { flaw: null };
        start = part.next;
      }
    });
    if (!flaw) return;
    fill(verdict, flaw.flaw
      ? h('p.note.bad', {}, `Entry ${flaw.flaw.number}: ${flaw.flaw.problem}. The ${number(verified)} before it are as they were written.`)
      : h('p.note.good', {}, `Verified: all ${plural(verified, 'entry', 'entries')} are as they were written, and in order (${Math.round(performance.now() - began)} ms).`));
  }

  let open = null;
  let shown = null;
  const close = () => state.set({ entry: null });

  async function detail() {
    const wanted = state.get('entry');
    if (!wanted) { open?.remove(); open = null; shown = null; return; }
    if (wanted === shown) return;
    open?.remove();
    shown = wanted;
    open = drawer('Entry of the log', close);
    open.head(h('h2', {}, `Entry ${number(wanted)}`));
    fill(open.body, bones(6));
    try {
      const { entries: two } = await as('audit.read', { after: Math.max(0, Number(wanted) - 2), limit: 2 });
      if (shown !== wanted) return;
      const entry = two.find((it) => String(it.number) === wanted);
      const before = two.find((it) => it.number === Number(wanted) - 1);
      if (!entry) { fill(open.body, empty('log', 'There is no such entry', '')); return; }
      one(entry, before);
    } catch (error) {
      if (shown === wanted) fill(open.body, failed(error));
    }
  }

  function one(entry, before) {
    const result = h('div', { role: 'status' });
    const about = entry.about.map((it) => {
      const id = payloadOf(it);
      const href = caseOf(it) === 'client' ? state.to('clients', { client: id }) : caseOf(it) === 'account' ? state.to('clients', { view: 'accounts', account: id }) : null;
      return h('li', {}, `${words(caseOf(it))} `, href ? h('a', { href }, h('code', {}, id)) : h('code', {}, id));
    });
    fill(open.body,
      h('dl.facts', {}, [['What', words(entry.kind)], ['When', dayTime(entry.at)], ['By', byWhom(entry)], about.length && ['About', h('ul', {}, about)], entry['trace-id'] && ['Trace', h('code', {}, entry['trace-id'])]].filter(Boolean).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
      h('section.stack', {}, h('div.row.ends', {}, h('h3', {}, 'Details'), button('Copy', () => copy(entry.details), { kind: 'small-b plain', ico: 'copy' })), h('pre.code', { tabindex: 0 }, JSON.stringify(details(entry), null, 2))),
      h('section.stack', {}, h('h3', {}, 'Chain'),
        h('ol.links', {},
          h('li', {}, h('span.muted.tiny', {}, before ? `Entry ${before.number}` : 'The beginning'), before && h('code', {}, before.hash)),
          h('li.this', {}, h('span.muted.tiny', {}, `Entry ${entry.number}: its hash covers all before it`), h('code', {}, entry.hash)))),
      h('section.stack', {}, h('h3', {}, 'What if somebody changed it?'),
        h('p.small.soft', {}, 'The entry is moved to an hour earlier, in a copy. Your store stays as it is.'),
        h('div', {}, button('Change it, and verify', (event) => tamper(event.currentTarget, entry, result), { 'data-tamper': true })), result));
  }

  async function tamper(from, entry, result) {
    const found_ = await act(from, () => bench.post('tamper', { agency: state.get('agency'), number: entry.number }));
    if (!found_) return;
    const { flaw, verified, at, becomes } = found_;
    fill(result, h('div.note', { class: flaw ? 'bad' : '' },
      h('p', {}, `${dayTime(at)} became ${dayTime(becomes)}.`),
      flaw ? h('p.strong', {}, `Verified ${plural(verified, 'entry', 'entries')}, then entry ${flaw.number}: ${flaw.problem}`) : h('p', {}, 'Nothing was found.')));
  }

  function changed() {
    if (asked !== (state.get('kind') ?? '')) { kind.value = state.get('kind') ?? ''; read(); } else draw();
    detail();
  }

  kinds();
  read();
  detail();
  fill(tabs, viewTabs());
  return {
    changed,
    entry(entry) { fresh.add(entry.number); },
    refresh() { if (found.length <= 50) read(); },
    leave() { open?.remove(); },
  };
}

