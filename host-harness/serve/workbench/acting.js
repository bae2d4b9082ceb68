// Signed in on a client's behalf: how that begins, who is, and the way out.

import { h } from './dom.js';
import { state } from './state.js';
import { actor, as } from './api.js';
import { act, button, dialog, field, told, toast } from './ui.js';
import { desk } from './desk.js';

const KEPT = 'clientdesk-acting';

/** What this tab knows of the sign-in: the token is told once, and kept until the tab is closed. */
function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEPT) ?? 'null'); } catch { return null; }
}

const forget = () => sessionStorage.removeItem(KEPT);

/** The token, where this tab signed in on the account's behalf and the sign-in runs: then its changes are made under it. */
export function tokenFor(account) {
  const mine = kept();
  return mine && desk.acting?.id === mine.id && desk.acting.account === account ? mine.token : undefined;
}

/** The address at which the portal's frame begins the sign-in; once. */
export function arriving(agency, base) {
  const mine = kept();
  if (!mine?.fresh || mine.agency !== agency) return null;
  sessionStorage.setItem(KEPT, JSON.stringify({ ...mine, fresh: false }));
  return `${base}/on-behalf/${mine.token}`;
}

/** Asks whether somebody in the bar's role is signed in somewhere. */
export async function refreshActing() {
  const agency = state.get('agency');
  const { id } = actor();
  try {
    const found = await as('impersonation.current');
    if (agency !== state.get('agency') || id !== actor().id) return;
    desk.acting = found ?? null;
  } catch {
    desk.acting = null;
  }
  desk.onchange('told');
}

/** Where the way out of the portal leads: a page of the workbench that may stand in its frame. */
const wayBack = (account) => {
  const page = new URL('left.html', location.href);
  page.search = new URLSearchParams({ agency: state.get('agency'), role: state.get('role') ?? 'owner', account: account.id, name: account.name }).toString();
  page.hash = '';
  return page.href.length > 500 ? page.href.split('?')[0] : page.href;
};

/** Asks for the reason, signs in, and opens the portal as the client sees it. */
export async function signIn(account) {
  const grant = await dialog(`Sign in for ${account.name}`, (done) => {
    const reason = h('input.input', { name: 'reason', value: 'Looking at what the client sees', maxlength: 200, required: true });
    const mode = h('select.select', { name: 'mode' }, h('option', { value: 'read-only' }, 'Look only'), h('option', { value: 'full' }, 'Change things too'));
    const minutes = h('input.input', { name: 'minutes', type: 'number', min: 1, max: 60, value: 30 });
    const problem = h('p.note.bad', { hidden: true, role: 'alert' });
    const submit = async (event) => {
      event.preventDefault();
      try {
        done(await as('impersonation.start', { 'sign-in': { account: account.id, reason: reason.value, mode: mode.value, minutes: Number(minutes.value), 'return-to': wayBack(account) } }));
      } catch (error) {
        problem.hidden = false;
        problem.textContent = told(error);
      }
    };
    return h('form.stack.m', { onsubmit: submit, novalidate: true },
      h('p.soft.small', {}, 'You see the portal as the client does. Whatever you do is logged under your name and the account’s, and counts as nobody’s activity.'),
      field('Why', reason, { hint: 'It is logged, and stays: no names of persons' }),
      h('div.pair', {}, field('May', mode), field('Minutes', minutes)), problem,
      h('div.dialog-foot', {}, button('Cancel', () => done()), h('button.button.main-act', { type: 'submit' }, 'Sign in')));
  });
  if (!grant) return;
  sessionStorage.setItem(KEPT, JSON.stringify({ agency: state.get('agency'), id: grant.banner.id, token: grant.token, fresh: true }));
  desk.acting = grant.banner;
  desk.onchange('told');
  state.go(state.to('portal'));
}

/** Stops it, and goes back to the account. */
export async function leave(from) {
  const { id, account, 'account-name': name } = desk.acting;
  const done = await act(from, () => as('impersonation.stop', { id }));
  if (done) left(account, name);
}

/** It is over: back to the account it was about. */
export function left(account, name) {
  forget();
  desk.acting = null;
  desk.onchange('told');
  toast(name ? `You have left ${name}` : 'The sign-in is over');
  state.go(state.to('clients', { view: 'accounts', account }));
  refreshActing();
}
