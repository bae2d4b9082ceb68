// The pages that links in mails open, and those to get in by.

import { h } from '../dom.js';
import { call } from '../api.js';
import { acting, door, email, field, form, go, goSaying, here, link, moment, newPassword, notice, password, sentence, session } from './parts.js';

const { agency, more: token } = here;
const origin = null;

/** Begins a session; whoever has a plan to choose is asked. */
async function signedIn({ session: begun }) {
  session.set(begun);
  acting.drop();
  const [due] = (await call('portal.me', { session: begun }))['plans-due'];
  go(due ? `/plans/${due.account}` : '');
}

/** A link that can't be used, and where to go on. */
function closed(problem) {
  const isLate = problem.kind === 'expired';
  const title = isLate ? 'This invitation has expired' : 'This invitation can’t be used';
  return notice(title, `${sentence(problem)}${isLate ? ' Ask whoever invited you to send it again.' : ''}`, ['Log in', '/log-in']);
}

/** What an invite is for, and a form to take it: by signing up, or with a log-in that is there. */
export async function invite({ accepts = false } = {}) {
  let invitation;
  try {
    invitation = await call('portal.open', { token });
  } catch (problem) {
    return closed(problem);
  }
  const { inviter, brands, 'expires-at': until } = invitation;
  const logsIn = accepts || invitation['has-login'];
  return door(logsIn ? 'Accept the invitation' : 'Sign up',
    h('h1', {}, `${inviter} invites you`),
    h('p.lead', {}, brands.length === 1 ? 'You are invited to look at:' : 'You are invited to look at these brands:'),
    h('ul.chips', {}, brands.map((brand) => h('li', {}, brand))),
    until && h('p.small.faint', {}, `The invitation is good until ${moment(until)}.`),
    h('h2', {}, logsIn ? 'Accept with your log-in' : 'Sign up'),
    logsIn ? accept(invitation) : signUp(invitation));
}

export const accepting = () => invite({ accepts: true });

const address = ({ email: bound }) => email({ value: bound ?? '', readonly: bound !== null });

function accept(invitation) {
  const act = async (given) => signedIn(await call('portal.accept', { token, email: given.email, password: given.password, origin }));
  return form(act, 'Accept the invitation', [address(invitation), password()],
    h('a.small', { href: link('/forgot-password') }, 'Forgot your password?'),
    !invitation['has-login'] && h('a.small', { href: link(`/invite/${token}`) }, 'No log-in yet? Sign up'));
}

function signUp(invitation) {
  const { name, email: bound, domain } = invitation;
  const act = async (given) => signedIn(await call('portal.sign-up', {
    token, name: given.name, password: given.password, email: bound === null ? given.email : null, origin,
  }));
  const fields = [
    field('name', 'Your name', 'text', 'name', { value: name ?? '', maxlength: 200 }),
    address(invitation),
    domain && h('p.hint.lone', {}, `The address must end with @${domain}.`),
    newPassword('Choose a password'),
  ];
  return form(act, 'Sign up and accept', fields, h('a.small', { href: link(`/accept/${token}`) }, 'You have a log-in already? Accept with it'));
}

export function logIn() {
  const act = async (given) => signedIn(await call('portal.log-in', { agency, email: given.email, password: given.password, origin }));
  return door('Log in', h('h1', {}, 'Log in'),
    form(act, 'Log in', [email(), password()], h('a.small', { href: link('/forgot-password') }, 'Forgot your password?')));
}

export function forgot() {
  const act = async (given) => {
    await call('portal.forgot-password', { agency, email: given.email });
    await door('Look into your inbox', h('h1', {}, 'Look into your inbox'),
      h('p.lead', {}, 'If ', h('strong', {}, given.email), ' has access to this portal, an e-mail is on its way there. Its link works for one hour.'),
      h('p.actions', {}, h('a.button.quiet.wide', { href: link('/log-in') }, 'Back to log-in')));
  };
  return door('Forgot your password?', h('h1', {}, 'Forgot your password?'),
    h('p.lead', {}, 'Tell us your e-mail address, and we send you a link to choose a new one.'),
    form(act, 'Send the link', [email()], h('a.small', { href: link('/log-in') }, 'Back to log-in')));
}

export function reset() {
  const act = async (given) => {
    await call('portal.reset-password', { token, password: given.password });
    goSaying('/log-in', 'Your password was changed. Log in with the new one.');
  };
  return door('Choose a new password', h('h1', {}, 'Choose a new password'),
    h('p.lead', {}, 'Everywhere that you are logged in, you will be logged out.'),
    form(act, 'Change the password', [newPassword('New password')]));
}

export function confirm() {
  const act = async () => {
    await call('portal.confirm-email', { token });
    goSaying('', 'Thank you: your e-mail address is confirmed.');
  };
  return door('Confirm your e-mail address', h('h1', {}, 'Confirm your e-mail address'),
    h('p.lead', {}, 'One click, and we know that the address is yours.'), form(act, 'Confirm the address', []));
}

export function onBehalf() {
  const act = async () => {
    await call('portal.me', { session: token });
    acting.set(token);
    go('');
  };
  return door('On a client’s behalf', h('h1', {}, 'On a client’s behalf'),
    h('p.lead', {}, 'You are about to see this portal as a client does. Whatever you do is logged under your own name. A bar at the top shows how to leave.'),
    form(act, 'Continue', []));
}
