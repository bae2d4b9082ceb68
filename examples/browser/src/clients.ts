// The list of clients: their badges, and what to do about them.
import type { clients } from '../../node/generated/api.js';
import type { Desk } from './desk.js';
import { AGENCY } from './desk.js';
import { button, byId, day, given, h, words } from './dom.js';
import { openInvite } from './portal.js';

/** Lets people be invited. */
export function inviteForm(desk: Desk): void {
  const form = byId<HTMLFormElement>('invite');
  form.onsubmit = (event) => {
    event.preventDefault();
    const email = given(form, 'email');
    const isDone = desk.tried(() => {
      const name = given(form, 'name') || undefined;
      const { outcome } = desk.olga.clients.inviteByEmail({ email, name, brands: [given(form, 'brand')] });
      return `${email}: ${words(outcome).toLowerCase()}`;
    });
    if (!isDone) return;
    form.reset();
    form.querySelector('input')?.focus();
  };
}

export function showClients(desk: Desk): void {
  const { brands } = desk.olga.brands.list({ limit: 100 });
  const select = byId<HTMLSelectElement>('brands');
  if (select.length !== brands.length) select.replaceChildren(...brands.map(({ id, name }) => h('option', { value: id }, name)));

  const { all, pending, active, atRisk, churned, revoked } = desk.olga.clients.counts();
  const counts = { yellow: ['Pending', pending], green: ['Active', active], orange: ['At risk', atRisk], grey: ['Churned', churned], red: ['Revoked', revoked] };
  const chips = Object.entries(counts).map(([badge, [name, count]]) => h('li', {}, h('span', { className: `badge ${badge}` }, `${name} ${count}`)));
  byId('counts').replaceChildren(h('li', {}, `${all} in all`), ...chips);

  const page = desk.olga.clients.list({ limit: 50 }, undefined, { sort: 'created', descending: false });
  const rows = page.clients.map((client) => row(desk, client));
  const none = tr(h('td', { colSpan: 5, className: 'soft' }, 'Nobody yet: invite somebody, then open the invite from the mail.'));
  byId('clients').replaceChildren(...(rows.length > 0 ? rows : [none]));
}

function row(desk: Desk, client: clients.Client): HTMLElement {
  const { id, email = '', name, status, badge, grants, lastLogIn, expiresAt } = client;
  const title = name ?? email;
  const buttons: HTMLButtonElement[] = [];
  if (status === 'pending') {
    buttons.push(button('Open invite', title, () => openInvite(desk, desk.olga.clients.copyLink(id).token)));
  } else if (status !== 'revoked') {
    buttons.push(button('Log in', title, () => desk.act(() => {
      const { session } = desk.clientdesk.portal.admit(AGENCY, email);
      return `${desk.clientdesk.portal.me(session).name} has logged in`;
    })));
  }
  if (status !== 'revoked') {
    buttons.push(button('Revoke', title, () => desk.act(() => {
      desk.olga.clients.revoke(id);
      return `${title} has no access any more`;
    })));
  }
  const until = status === 'pending' && expiresAt ? `invite until ${day(expiresAt)}` : '';
  return tr(
    h('td', { className: 'who' }, title, h('div', { className: 'soft' }, title === email ? until : email)),
    h('td', { className: 'status-of' }, h('span', { className: `badge ${badge}` }, words(status))),
    h('td', { className: 'brands-of' }, grants.map(({ brandName }) => brandName).join(', ')),
    h('td', { className: 'last' }, lastLogIn ? day(lastLogIn) : '–'),
    h('td', { className: 'todo' }, ...buttons));
}

/** A row. The roles are said, since a narrow page lays it out otherwise than as a row. */
function tr(...cells: HTMLElement[]): HTMLElement {
  for (const cell of cells) cell.role = 'cell';
  return h('tr', { role: 'row' }, ...cells);
}
