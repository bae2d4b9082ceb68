// Screen 4: what falls due on a timeline, jobs, and faults; what came of them, in one sentence.

import { fill, h, icon } from './dom.js';
import { state } from './state.js';
import { bench } from './api.js';
import { act, bones, button, copy, dialog, empty, failed } from './ui.js';
import { desk, manage } from './desk.js';
import { MOVES, move } from './bar.js';
import { ago, clock, dayTime, longSpan, plural, shortDay, words } from './format.js';

const FAULTS = [
  ['store', 'unavailable', 'Store down', 'Every read and write fails. Calls answer “unavailable”, and leave nothing behind.'],
  ['store', 'conflict', 'Conflicts', 'At every commit, somebody else was quicker. Calls try eight times, then say “busy”.'],
  ['mail', 'try-later', 'Mail refuses', 'The mail server says: later. Mails wait in the outbox, and are tried again.'],
  ['mail', 'never', 'Mail gives up', 'The mail server says: never. The client’s row shows that its mail failed.'],
];
const HOUSEKEEPING = ['idempotency-end', 'session-end', 'attempts-end', 'rescoring', 'impersonation-end'];
const KINDS = {
  'invite-expiry': 'Invite expires', 'mail-retry': 'Mail is tried again', 'access-end': 'Access ends', renewals: 'White-label renews', 'account-renewals': 'Account renews', digest: 'Weekly summary', crossing: 'Somebody turns at risk or churned',
  'trial-ending': 'Trial ends soon', 'trial-end': 'Trial is over', 'trial-deletion': 'Account is deleted', rescoring: 'Scores are computed', 'session-end': 'Session ends', 'idempotency-end': 'Repeated calls are forgotten', 'attempts-end': 'Attempts are forgotten',
};
const said = (kind) => KINDS[kind] ?? words(kind);
const TONES = { 'invite-expiry': 'yellow', 'mail-retry': 'orange', 'access-end': 'red', renewals: 'green', crossing: 'orange', digest: 'grey', 'trial-end': 'red', 'trial-ending': 'orange', 'account-renewals': 'green' };
const RANGES = [['1', 'Day', 1], ['7', 'Week', 7], ['30', 'Month', 30], ['90', 'Quarter', 90]];
const DAY = 86_400_000;

export function time(place) {
  let due = null;
  let turn = 0;
  const line = h('section.card', {}, bones(4));
  const switches = h('section.card');
  const aftermath = h('div', { role: 'status' });
  const jobs = h('section.card');
  fill(place, h('div.page-head', {}, h('h1', {}, 'Time & faults'), h('div.tools', {}, button('Save as scenario', (event) => save(event.currentTarget), { ico: 'copy' }))), aftermath, line, h('div.half', {}, switches, jobs));

  async function read() {
    turn += 1;
    const mine = turn;
    try {
      const found = await bench.get('due', { agency: state.get('agency') });
      if (mine !== turn) return;
      due = found;
      drawLine();
    } catch (error) {
      if (mine === turn) fill(line, failed(error, read));
    }
  }

  function drawLine() {
    if (!due) return;
    const now = desk.now();
    const days = Number(state.get('days') ?? 30);
    const all = state.get('all') === '1';
    const shown = due.due.filter((it) => all || !HOUSEKEEPING.includes(it.kind));
    const within = shown.filter((it) => Date.parse(it.at) <= now + days * DAY);
    fill(line,
      h('div.card-head', {}, h('h2', {}, 'What falls due'),
        h('label.check', {}, h('input', { type: 'checkbox', 'data-key': 'all', checked: all, onchange: (event) => state.set({ all: event.target.checked ? '1' : null }, { quietly: true }) }), 'Housekeeping'),
        h('div.group', { role: 'group', 'aria-label': 'How far' }, RANGES.map(([key, label, far]) => h('button.button.small-b', { type: 'button', 'data-key': `days-${key}`, 'aria-pressed': days === far ? 'true' : 'false', onclick: () => state.set({ days: far === 30 ? null : key }, { quietly: true }) }, label)))),
      h('div.pad-box.stack.m', {}, track(within, now, days),
        shown.length ? h('ul.list.due-list', {}, shown.slice(0, 12).map((it) => h('li.row', {}, h('span.dot', { class: TONES[it.kind] ?? '' }), h('span.grow.clip', {}, h('span.strong', {}, said(it.kind)), it.title && h('span.soft', {}, ` · ${it.title}`)),
          h('span.muted.tiny.num', { title: dayTime(it.at) }, `${shortDay(it.at)}, ${clock(it.at)} · ${Date.parse(it.at) <= now ? 'due' : ago(it.at, now)}`),
          button('Go there', (event) => move({ to: it.at }, event.currentTarget), { kind: 'small-b', disabled: Date.parse(it.at) <= now, 'data-key': `go-${it.kind}-${it.subject}`, 'aria-label': `Go there: ${said(it.kind)}, ${dayTime(it.at)}` }))))
          : empty('check', 'Nothing falls due', 'An invite that expires, a mail to try again, a bill: whatever will happen by itself stands here.')));
  }

  function track(found, now, days) {
    const axis = h('div.track', { role: 'img', 'aria-label': `${plural(found.length, 'thing')} within ${plural(days, 'day')}` });
    const step = days <= 1 ? 1 / 6 : days <= 7 ? 1 : days <= 30 ? 5 : 15;
    for (let at = 0; at <= days + 0.001; at += step) {
      const when = now + at * DAY;
      axis.append(h('span.tick', { style: { left: `${(at / days) * 100}%` } }, at === 0 ? 'now' : days <= 1 ? clock(when) : shortDay(when)));
    }
    const heights = new Map();
    for (const it of found) {
      const left = Math.max(0, ((Date.parse(it.at) - now) / (days * DAY)) * 100);
      const slot = Math.round(left * 1.5);
      const stack = heights.get(slot) ?? 0;
      heights.set(slot, stack + 1);
      if (stack > 5) continue;
      axis.append(h('span.due-dot', { class: TONES[it.kind] ?? '', title: `${said(it.kind)}${it.title ? ` · ${it.title}` : ''}: ${dayTime(it.at)}`, style: { left: `${Math.min(100, left)}%`, bottom: `${1.75 + stack * 0.625}rem` } }));
    }
    return axis;
  }

  function drawRest() {
    const { store, mail, trial, status, ahead } = desk.status;
    const on = ([what, how]) => (what === 'store' ? store === how : mail === how);
    fill(switches, h('div.card-head', {}, h('h2', {}, 'Faults'), (store || mail !== 'accepted') && button('Mend all', (event) => act(event.currentTarget, () => manage('faults', {}), 'Mended'), { kind: 'small-b' })),
      h('div.pad-box.stack.m', {}, FAULTS.map((fault) => {
        const [what, how, label, text] = fault;
        return h('label.row.ends.permission', {}, h('span', {}, h('span.strong.small', {}, label), h('span.muted.tiny.block', {}, text)),
          h('input.switch', { type: 'checkbox', role: 'switch', 'data-key': `fault-${how}`, checked: on(fault), onchange: (event) => flip(what, event.target.checked ? how : null, event.target) }));
      }),
      desk.status['can-rotate'] && h('div.row.ends', {}, h('span', {}, h('span.strong.small', {}, 'New key'), h('span.muted.tiny.block', {}, `A new key signs, the ${plural((status?.keys ?? []).length, 'other', 'others')} verify. Nobody notices.`)),
        button('Rotate', (event) => act(event.currentTarget, () => manage('rotate-key', {}), (it) => `${it.key} signs from here on`), { 'data-key': 'rotate' }))));
    const next = status?.['next-due'];
    fill(jobs, h('div.card-head', {}, h('h2', {}, 'Clock and jobs')),
      h('div.pad-box.stack.m', {},
        h('p.small.soft', {}, ahead > 0 ? `Time is ${longSpan(ahead)} ahead.` : 'Time is as it is. Moving it runs what falls due on the way, day by day.'),
        h('div.row.wrap', {}, MOVES.map(([label, title, how]) => button(label, (event) => move(how, event.currentTarget), { 'aria-label': `${label}: ${title.toLowerCase()}`, 'data-key': `move-${label}` })),
          button('Next due', (event) => move('next-due', event.currentTarget), { ico: 'next', 'data-key': 'move-next' }), ahead > 0 && button('Back', (event) => move('back', event.currentTarget), { 'data-key': 'move-back' })),
        h('dl.facts', {}, [
          ['Next thing due', next ? `${dayTime(next)} · ${ago(next, desk.now())}` : 'nothing'],
          ['Due now', status ? `${status.due?.number ?? 0}${status.due?.more ? ' or more' : ''}` : 'the store can’t say'],
          ['Mails that wait', status ? String(status.mails?.number ?? 0) : '–'],
          ['Set aside', status ? String(status.stuck?.number ?? 0) : '–'],
        ].map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
        h('div', {}, button('Run jobs', (event) => act(event.currentTarget, () => manage('jobs', {}), (it) => `${plural(it.done, 'job')} ran${it.failed ? `, ${it.failed} failed` : ''}`), { ico: 'play', 'data-key': 'run' }))));
    fill(aftermath, trial?.sentence && h('div.note', { class: trial.lost || trial.repeated ? 'bad' : 'good', 'data-aftermath': true }, icon('check'), h('span', {}, trial.sentence)),
      trial?.on && h('div.note.warn', {}, icon('warn'), h('span', {}, `Since ${clock(trial.since)}, ${trial.what}. Make some calls, invite somebody, let time pass; then mend it, and see what came of it.`)));
  }

  async function flip(what, how, from) {
    const { store, mail } = desk.status;
    const next = { store, mail: mail === 'accepted' ? null : mail, [what]: how };
    await act(from, () => manage('faults', Object.fromEntries(Object.entries(next).filter(([, value]) => value))), how ? 'It fails from here on' : 'Mended');
    drawRest();
    read();
  }

  async function save(from) {
    const text = await act(from, () => bench.text('story', { agency: state.get('agency') }));
    if (!text) return;
    const name = `${state.get('agency')}.toml`;
    dialog('What happened, as a scenario', (close) => h('div.stack.m', {},
      h('p.small.soft', {}, 'The calls so far, from an empty store on. Play it with ', h('code', {}, `clientdesk run ${name}`), '.'),
      h('pre.code', { tabindex: 0 }, text),
      h('div.dialog-foot', {}, button('Copy', () => copy(text)), h('a.button.main-act', { href: `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`, download: name, onclick: () => setTimeout(close) }, 'Download'))), { wide: true });
  }

  drawRest();
  read();
  let waiting = null;
  const later = () => { clearTimeout(waiting); waiting = setTimeout(read, 150); };
  return {
    changed() { drawLine(); drawRest(); },
    told() { drawRest(); },
    refresh() { drawRest(); later(); },
  };
}

