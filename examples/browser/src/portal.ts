// What a client sees who opens the link of an invite: who invites, a form to sign up, and what there is then.
import { ClientdeskError } from '../../node/src/errors.js';
import type { Desk } from './desk.js';
import { button, byId, day, field, given, h } from './dom.js';

export function openInvite(desk: Desk, token: string): void {
  const dialog = byId<HTMLDialogElement>('portal');
  const show = (title: string, ...body: Node[]) => {
    byId('portal-title').textContent = title;
    byId('portal-body').replaceChildren(...body);
    if (!dialog.open) dialog.showModal();
  };
  const close = () => button('Close', '', () => dialog.close());
  try {
    const { agencyName, inviter, brands, email, name = '', expiresAt } = desk.clientdesk.portal.open(token);
    const problem = h('p', { className: 'red' });
    problem.setAttribute('role', 'alert');
    const form = h('form', {},
      field('Your name', { name: 'name', value: name, autocomplete: 'name' }),
      field('A password, 8 characters or more', { name: 'password', type: 'password', minLength: 8, autocomplete: 'new-password' }),
      problem,
      h('div', { className: 'buttons' }, close(), h('button', { className: 'main' }, 'Sign up')));
    form.onsubmit = (event) => {
      event.preventDefault();
      try {
        const { session } = desk.clientdesk.portal.signUp(token, given(form, 'name'), given(form, 'password'));
        const me = desk.clientdesk.portal.me(session);
        desk.act(() => `${me.name} has signed up`);
        const list = h('ul', {}, ...me.brands.map((brand) => h('li', {}, brand.name)));
        show(`Welcome, ${me.name}`, h('p', {}, `You are signed in to ${me.agencyName}, and see:`), list, h('div', { className: 'buttons' }, close()));
      } catch (error) {
        if (!(error instanceof ClientdeskError)) throw error;
        problem.textContent = error.message;
      }
    };
    const until = expiresAt ? ` The invite is good until ${day(expiresAt)}.` : '';
    show(`${inviter} invites you to ${brands.join(', ')}`, h('p', {}, `${agencyName} wants to show ${email ?? 'you'} how things go.${until}`), form);
  } catch (error) {
    if (!(error instanceof ClientdeskError)) throw error;
    show('This link leads nowhere', h('p', {}, error.message), h('div', { className: 'buttons' }, close()));
  }
}
