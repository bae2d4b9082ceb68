// Screen 3: mails by state, as HTML, text and source; and what is said to them.

import { fill, h, icon } from './dom.js';
import { state } from './state.js';
import { bench } from './api.js';
import { act, badge, bones, button, copy, dialog, empty, failed, field, tabs } from './ui.js';
import { desk, manage } from './desk.js';
import { theme } from './bar.js';
import { DELIVERIES, ago, dayTime, delivery, number, plural, words } from './format.js';

const FILTERS = [[null, 'All'], ['queued', 'Waiting'], ['handed-over', 'Handed over'], ['failed', 'Given up'], ['bounced', 'Came back']];
const VIEWS = [['html', 'HTML'], ['text', 'Text'], ['source', 'Source']];
const WORDS = { queued: 'Waiting', 'handed-over': 'Handed over', failed: 'Given up', bounced: 'Came back' };

/** Where the links of mails lead: each opens in the portal's screen. */
const LINKS = /https?:\/\/[^\s<>"']+/g;

export function outbox(place) {
  let mails = null;
  let turn = 0;
  let opened = null;
  let said = null;
  let dark = theme.get() === 'dark';
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Filter by state' });
  const list = h('div.mails', { tabindex: 0, role: 'group', 'aria-label': 'Mails' }, bones(8));
  const shown = h('section.card.mail');
  const search = h('input.input', { type: 'search', placeholder: 'Search recipient, subject', 'aria-label': 'Search mails', 'data-search': true, value: state.get('q') ?? '', oninput: (event) => state.set({ q: event.target.value.trim() || null }, { quietly: true }) });
  fill(place, h('div.page-head', {}, h('h1', {}, 'Outbox'), h('div.tools', {}, h('div.search', {}, icon('search'), search))), chips, h('div.split', {}, h('section.card', {}, list), shown));

  async function read() {
    turn += 1;
    const mine = turn;
    try {
      const found = await bench.get('mails', { agency: state.get('agency') });
      if (mine !== turn) return;
      mails = found.mails.map((mail) => ({ ...mail, state: delivery(mail.delivery).state, reason: delivery(mail.delivery).reason }));
      draw();
    } catch (error) {
      if (mine === turn) fill(list, failed(error, read));
    }
  }

  const matching = () => {
    const wanted = state.get('state');
    const typed = (state.get('q') ?? '').toLowerCase();
    return mails.filter((mail) => (!wanted || mail.state === wanted) && (!typed || `${mail.to} ${mail.subject ?? ''} ${mail.kind}`.toLowerCase().includes(typed)));
  };

  function draw() {
    const chosen = state.get('state') ?? null;
    fill(chips, FILTERS.map(([key, label]) => h('button.chip', { type: 'button', 'data-key': `chip-${key}`, 'aria-pressed': chosen === key ? 'true' : 'false', onclick: () => state.set({ state: chosen === key ? null : key }) },
      key && h('span.dot', { class: DELIVERIES[key] }), label, h('b', {}, mails ? number(mails.filter((it) => !key || it.state === key).length) : '·'))));
    if (!mails) return;
    const found = matching();
    const now = desk.now();
    fill(list, found.length ? found.slice(0, 300).map((mail) => h('a.mail-row', { href: state.with({ mail: mail.id }), 'data-key': `mail-${mail.id}`, 'aria-current': state.get('mail') === mail.id ? 'true' : false },
      h('span.row.ends', {}, h('span.strong.clip', {}, mail.to), h('span.muted.tiny.num', {}, ago(mail['created-at'], now))),
      h('span.clip.soft', {}, mail.subject ?? words(mail.kind)),
      h('span.row', {}, badge(mail.state, WORDS[mail.state], DELIVERIES[mail.state]), mail['next-try'] && h('span.muted.tiny', {}, `next try ${ago(mail['next-try'], now)}`))))
      : mails.length ? empty('search', 'No mail matches', '', button('Show all', () => { search.value = ''; state.set({ state: null, q: null }); }))
        : empty('outbox', 'No mail went out yet', 'Invite a client: the invite lands here, and its link opens the portal.', button('Invite a client', () => state.go(state.to('clients', { invite: '1' })), { kind: 'main-act' })));
    show();
  }

  async function show() {
    const id = state.get('mail');
    const mail = mails?.find((it) => it.id === id);
    if (!mail) { opened = null; fill(shown, empty('outbox', 'Choose a mail', 'See it as its recipient does, and say what becomes of it.')); return; }
    const key = JSON.stringify([mail, state.get('as')]);
    if (opened === key) return;
    const first = !opened?.includes(`"${id}"`);
    opened = key;
    if (first) { said = null; fill(shown, bones(8)); }
    try {
      said = said?.id === id ? said : await bench.get(`mails/${encodeURIComponent(state.get('agency'))}/${encodeURIComponent(id)}`).catch((error) => { if (error.status === 404) return { id, gone: true }; throw error; });
      if (opened === key) one(mail);
    } catch (error) {
      if (opened === key) fill(shown, failed(error, () => { opened = null; show(); }));
    }
  }

  const say = (from, body, done) => act(from, () => bench.post(`mails/${encodeURIComponent(state.get('agency'))}/${encodeURIComponent(state.get('mail'))}`, body), done).then(read);

  async function bounce(from) {
    const reason = await dialog('It came back', (close) => {
      const input = h('input.input', { name: 'reason', value: 'mailbox is gone' });
      return h('form.stack.m', { onsubmit: (event) => { event.preventDefault(); close(input.value); } }, field('Why', input, { hint: 'As the mail server would say; the client’s row shows it' }),
        h('div.dialog-foot', {}, button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, 'Report it')));
    });
    if (reason) say(from, { say: 'bounce', reason }, 'Reported: the client shows it');
  }

  function one(mail) {
    const view = state.get('as') ?? 'html';
    const now = desk.now();
    const facts = [['To', mail.to], ['From', said['sender-name']], ['Answers go to', said['reply-to']], ['Written', `${dayTime(mail['created-at'])} · ${ago(mail['created-at'], now)}`], ['Tries', number(mail.attempts)], ['Next try', mail['next-try'] && `${dayTime(mail['next-try'])} · ${ago(mail['next-try'], now)}`], ['Why', mail.reason ?? mail['last-problem']]].filter(([, value]) => value);
    fill(shown,
      h('div.mail-head', {},
        h('div.row.ends', {}, h('h2', {}, said.subject ?? mail.subject ?? words(mail.kind)), badge(mail.state, WORDS[mail.state], DELIVERIES[mail.state])),
        h('dl.facts', {}, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
        h('div.row.wrap', {},
          mail.client && h('a.button', { href: state.to('clients', { client: mail.client }) }, 'Client'),
          mail.state === 'handed-over' && button('Bounce', (event) => bounce(event.currentTarget), { 'data-key': 'bounce' }),
          mail.state === 'queued' && button('Try now', (event) => tryNow(event.currentTarget, mail), { 'data-key': 'now' }),
          mail.state === 'queued' && button('Later', (event) => say(event.currentTarget, { say: 'try-later' }, 'The next try is told to come again'), { 'data-key': 'later', title: 'At the next try, the host says: later' }),
          mail.state === 'queued' && button('Never', (event) => say(event.currentTarget, { say: 'never' }, 'The next try is refused for good'), { kind: 'danger', 'data-key': 'never', title: 'At the next try, the host says: never' }))),
      said.gone
        ? empty('outbox', 'What it said isn’t kept', 'Mails hold links that let people in. This one was written before the workbench was opened, or somebody was erased.')
        : [h('div.row.ends.mail-tabs', {}, tabs('As', VIEWS, view, (key) => state.set({ as: key === 'html' ? null : key }, { quietly: true }), 'bare grow'),
          view === 'html' && h('div.group', { role: 'group', 'aria-label': 'Colours' }, [['Light', false], ['Dark', true]].map(([label, on]) => h('button.button.small-b', { type: 'button', 'data-key': `mail-${label}`, 'aria-pressed': dark === on ? 'true' : 'false', onclick: () => { dark = on; one(mail); } }, label)))),
        { html, text, source }[view]()]);
  }

  /** To the time of its next try, if that is to come. */
  async function tryNow(from, mail) {
    const next = mail['next-try'] && Date.parse(mail['next-try']) > desk.now();
    const done = await act(from, () => (next ? manage('clock', { to: mail['next-try'] }) : manage('jobs', {})), next ? 'The clock moved to its next try' : 'Tried');
    if (done?.state) state.set({ ahead: done.state.ahead || null }, { quietly: true });
    read();
  }

  const frame = () => h('iframe.mail-frame', { src: said.frame, sandbox: 'allow-popups allow-popups-to-escape-sandbox', title: `The mail “${said.subject ?? ''}”`, class: dark ? 'dark' : 'light' });

  function links(text) {
    const found = [...new Set(text?.match(LINKS) ?? [])].map((it) => it.replace(/[.,)]+$/, ''));
    if (!found.length) return null;
    return h('div.stack.mail-links', {}, h('h3', {}, plural(found.length, 'link')), found.map((address) => h('div.row', {}, icon('link'), h('code.clip.grow', { title: address }, address),
      button('Open in Portal', () => state.go(state.to('portal', { at: address })), { kind: 'small-b' }), button('Copy', () => copy(address), { kind: 'small-b plain' }))));
  }

  const html = () => [h('div.mail-stage', { class: dark ? 'dark' : 'light' }, frame()), links(said.text)];
  const text = () => [h('pre.code.mail-text', { tabindex: 0 }, said.text ?? 'Only its source is kept: it was written before the workbench was opened.'), links(said.text)];
  const source = () => h('pre.code.mail-text', { tabindex: 0 }, said.source ?? said.html ?? '');

  function changed() {
    if (document.activeElement !== search) search.value = state.get('q') ?? '';
    draw();
  }

  draw();
  read();
  return { changed, refresh: read };
}

