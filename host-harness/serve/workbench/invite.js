// Inviting somebody, with what it costs shown first.

import { fill, h } from './dom.js';
import { state } from './state.js';
import { all, as } from './api.js';
import { button, copy, dialog, field, tabs, toast, told, wrong } from './ui.js';
import { quoted } from './quote.js';
import { slug } from './format.js';

/** Asks whom to invite, and invites; gives the client, or nothing. */
export const invite = () => dialog('Invite a client', (close) => {
  let how = 'email';
  const given = state.get('invite');
  const email = h('input.input', { name: 'email', type: 'email', autocomplete: 'off', placeholder: 'ann@nike.example', value: given && given !== '1' ? given : '' });
  const name = h('input.input', { name: 'name', autocomplete: 'off' });
  const note = h('textarea.input', { name: 'note', rows: 2 });
  const brands = h('div.pick', { role: 'group', 'aria-label': 'Brands', 'data-brands': true });
  const price = h('div', { role: 'status' });
  const problem = h('p.note.bad', { hidden: true, role: 'alert' });
  const place = h('div');
  const exports_ = h('input', { type: 'checkbox', name: 'can-export' });
  const reads = h('input', { type: 'checkbox', name: 'read-only' });
  const ends = h('input.input', { name: 'access-ends-at', type: 'date' });
  const more = h('details.more', {}, h('summary', {}, 'What it may'), h('div.stack.m', {}, h('label.check', {}, exports_, 'Export PDF and CSV'), h('label.check', {}, reads, 'Only read'), field('Its access ends', ends, { hint: 'The day after which it is over by itself; empty: it doesn’t end' })));
  as('agencies.settings').then(({ permissions }) => { exports_.checked = permissions['can-export']; reads.checked = permissions['read-only']; }).catch(() => {});
  const may = () => (more.open ? { permissions: { 'can-export': exports_.checked, 'read-only': reads.checked, features: null }, 'access-ends-at': ends.value ? `${ends.value}T23:59:59Z` : null } : {});
  const chosen = () => [...brands.querySelectorAll('input:checked')].map((it) => it.value);
  const asked = () => (how === 'email'
    ? { email: email.value, brands: chosen(), name: name.value || null, note: note.value || null, ...may() }
    : { brands: chosen(), label: name.value || null, ...may() });
  const kind = () => (how === 'email' ? 'invite-by-email' : 'invite-by-link');
  let quote = null;
  let waiting = null;
  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      quote = null;
      if (!chosen().length || (how === 'email' && !email.value.includes('@'))) { fill(price); return; }
      try {
        quote = await as('billing.preview', { change: { [kind()]: asked() } });
        fill(price, quoted(quote));
      } catch { fill(price); }
    }, 200);
  };
  const brandChecks = (list) => fill(brands, list.length
    ? list.map((brand) => h('label.chip', {}, h('input', { type: 'checkbox', value: brand.id, onchange: ask }), brand.name))
    : h('p.muted.small', {}, 'There is no brand yet: make the first one below.'));
  const reload = () => all('brands.list', {}, 'brands').then((list) => brandChecks(list.filter((it) => !it['archived-at'])), (error) => fill(brands, told(error)));
  const fresh = h('input.input', { 'aria-label': 'New brand', placeholder: 'New brand', autocomplete: 'off' });
  const add = async () => {
    if (!fresh.value.trim()) return;
    try {
      const id = await as('brands.create', { brand: { id: slug(fresh.value), name: fresh.value } });
      fresh.value = '';
      await reload();
      const box = brands.querySelector(`input[value="${CSS.escape(id)}"]`);
      if (box) box.checked = true;
      ask();
    } catch (error) { toast(told(error), true); }
  };
  fresh.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); add(); } });

  const draw = () => fill(place, h('form.stack.m', { onsubmit: submit, novalidate: true, oninput: ask },
    tabs('How', [['email', 'By e-mail'], ['link', 'By link']], how, (key) => { how = key; draw(); ask(); }, 'bare'),
    how === 'email' && field('E-mail', email),
    field(how === 'email' ? 'Name' : 'Label', name, { hint: how === 'email' ? 'As the mail greets; may be left out' : 'What you call this link' }),
    h('div.field', {}, h('span.label', {}, 'Brands'), brands, h('div.row', {}, fresh, button('Add', add))),
    how === 'email' && field('Personal note', note),
    more, price, problem,
    h('div.dialog-foot', {}, button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, how === 'email' ? 'Send the invite' : 'Make the link'))));

  async function submit(event) {
    event.preventDefault();
    try {
      const answer = await as(`clients.${kind()}`, { invite: asked() }, { quote: quote?.quote });
      if (how === 'link') await copy(answer.url, 'Link copied: it works once');
      else toast(answer.warning ?? ({ invited: 'Invited: the mail is in the outbox', 'brands-added': 'Added to the open invite', granted: 'Access given at once', reinvited: 'Invited again', 'already-there': 'It has all of that already' }[answer.outcome]), Boolean(answer.warning));
      close({ client: answer.client });
    } catch (error) {
      problem.hidden = wrong(event.target, error);
      problem.textContent = told(error);
    }
  }

  reload();
  draw();
  ask();
  return place;
}, { wide: true });
