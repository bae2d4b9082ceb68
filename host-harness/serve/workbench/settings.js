// An agency's settings: its name, invites, statuses, what clients may do and see, summaries, its clock.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { as } from './api.js';
import { bones, button, failed, field, iconButton, toast, told, wrong } from './ui.js';
import { slug } from './format.js';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export function settings(place, viewTabs) {
  let asked = 0;
  let drawn = '';
  const tabs = h('div');
  const body = h('div.settings', {}, bones(8));
  const may = () => state.get('role') === 'owner';
  fill(place, h('div.page-head', {}, h('h1', {}, 'Settings'), !may() && h('span.muted.small', {}, 'An owner changes them')), tabs, body);

  async function read() {
    asked += 1;
    const mine = asked;
    try {
      const found = await as('agencies.settings');
      // What somebody is typing isn't taken away from them.
      if (mine !== asked || drawn === JSON.stringify(found) || body.contains(document.activeElement)) return;
      drawn = JSON.stringify(found);
      draw(found);
    } catch (error) {
      if (mine === asked) fill(body, failed(error, read));
    }
  }

  /** One part with its own button; `make(elements, form)` gives what changes. */
  function part(title, text, fields, make) {
    const problem = h('p.note.bad', { hidden: true, role: 'alert' });
    const submit = async (event) => {
      event.preventDefault();
      const form = event.target;
      try {
        await as('agencies.update', { changes: make(form.elements, form) });
        problem.hidden = true;
        wrong(form, null);
        toast(`Saved: ${title.toLowerCase()}`);
      } catch (error) {
        problem.hidden = wrong(form, error);
        problem.textContent = told(error);
      }
    };
    const form = h('form.card', { onsubmit: submit, novalidate: true, 'aria-label': title },
      h('div.card-head.tight', {}, h('h2', {}, title), may() && h('button.button.small-b', { type: 'submit' }, 'Save')),
      h('div.pad-box.stack.m', {}, text && h('p.muted.tiny', {}, text), fields, problem));
    if (!may()) for (const it of form.querySelectorAll('input, select, textarea, button')) it.disabled = true;
    return form;
  }

  const input = (name, value, more = {}) => h('input.input', { name, value: value ?? '', autocomplete: 'off', ...more });
  const days = (name, value, more) => input(name, value, { type: 'number', min: 1, inputmode: 'numeric', ...more });
  const tick = (name, label, on) => h('label.check', {}, h('input', { type: 'checkbox', name, checked: on }), label);

  function draw(now) {
    const rows = h('ul.stack');
    const row = (feature = {}) => h('li.row', { 'data-key': feature.key ?? '' },
      h('input.input', { 'aria-label': 'Label', 'data-label': true, value: feature.label ?? '', placeholder: 'Dashboard', maxlength: 100, autocomplete: 'off' }),
      h('label.check', {}, h('input', { type: 'checkbox', 'data-on': true, checked: feature.on ?? true }), 'On'),
      iconButton('Take it away', 'close', (event) => event.currentTarget.closest('li').remove(), { kind: 'plain small-b' }));
    rows.append(...(now.features.length ? now.features : [undefined]).map(row));
    fill(body,
      part('Agency', null, [field('Name', input('name', now.name)), field('E-mail for its notices', input('notification-email', now['notification-email'], { type: 'email' }))],
        ({ name, 'notification-email': email }) => ({ name: name.value, 'notification-email': email.value })),
      part('Portal features', 'The parts of the portal, in their order. What they show is the platform’s; views of them count for scores.', [rows, h('div', {}, button('Add a feature', () => { rows.append(row()); rows.lastChild.querySelector('input').focus(); }, { kind: 'small-b', ico: 'plus' }))],
        (_, form) => ({ features: [...form.querySelectorAll('li')].map((it) => ({ it, label: it.querySelector('[data-label]').value.trim() })).filter(({ label }) => label)
          .map(({ it, label }, at) => ({ key: it.dataset.key || slug(label) || `feature-${at + 1}`, label, on: it.querySelector('[data-on]').checked })) })),
      part('Health thresholds', 'Days without a log-in until somebody counts as slipping away. Statuses follow at once.', h('div.pair', {}, field('At risk after days', days('at-risk-days', now.thresholds['at-risk-days'])), field('Churned after days', days('churn-days', now.thresholds['churn-days']))),
        (it) => ({ thresholds: { 'at-risk-days': Number(it['at-risk-days'].value), 'churn-days': Number(it['churn-days'].value) } })),
      part('Invites', 'How long they are good for. Those that are out keep their end.', h('div.pair', {}, field('Days by e-mail', days('email-days', now.invites['email-days'])), field('Days by link', days('link-days', now.invites['link-days'], { placeholder: 'For ever' }))),
        (it) => ({ invites: { 'email-days': Number(it['email-days'].value), 'link-days': it['link-days'].value === '' ? null : Number(it['link-days'].value) } })),
      part('New clients may', 'Unless their invite says otherwise. Those who are there keep what they have.', [tick('can-export', 'Export PDF and CSV', now.permissions['can-export']), tick('read-only', 'Only read', now.permissions['read-only'])],
        (it) => ({ permissions: { 'can-export': it['can-export'].checked, 'read-only': it['read-only'].checked } })),
      part('Weekly summary', 'Who turned at risk, who came back, what is billed: one mail a week.', [tick('on', 'Send it', now.digest.on),
        h('div.pair', {}, field('On', h('select.select', { name: 'weekday' }, WEEKDAYS.map((it) => h('option', { value: it, selected: it === now.digest.weekday }, it[0].toUpperCase() + it.slice(1))))), field('At hour', input('hour', now.digest.hour, { type: 'number', min: 0, max: 23 }))),
        field('To', input('recipients', now.digest.recipients.join(', ')), { hint: 'Addresses with commas; none: where notices go' })],
      (it) => ({ digest: { on: it.on.checked, weekday: it.weekday.value, hour: Number(it.hour.value), recipients: it.recipients.value.split(',').map((to) => to.trim()).filter(Boolean) } })),
      part('Alerts', 'Mails to where notices go.', [tick('alerts', 'When a client turns at risk or churned', now.alerts), tick('resource-alerts', 'When an account runs out of something', now['resource-alerts'])],
        (it) => ({ alerts: it.alerts.checked, 'resource-alerts': it['resource-alerts'].checked })),
      part('Clock', 'Its calendar days, the hour of the summary, and times in mails.', h('div.pair', {}, field('Time zone', input('time-zone', now.calendar['time-zone'], { placeholder: 'Europe/Berlin' })), field('Or minutes ahead of UTC', input('utc-offset-minutes', now.calendar['utc-offset-minutes'], { type: 'number', min: -720, max: 840 }))),
        (it) => ({ calendar: { 'time-zone': it['time-zone'].value.trim() || null, 'utc-offset-minutes': Number(it['utc-offset-minutes'].value) } })));
  }

  fill(tabs, viewTabs());
  read();
  return { changed: () => fill(tabs, viewTabs()), refresh: read };
}
