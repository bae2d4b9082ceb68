// The mails that went out, with the links that are in them.
import type { Desk } from './desk.js';
import { button, byId, h } from './dom.js';
import { openInvite } from './portal.js';

const SHOWN = 8;

export function showMails(desk: Desk): void {
  const mails = desk.host.mail.messages.slice(-SHOWN).reverse().map(({ to, subject, text }) => {
    const token = /\/invite\/(\S+)/.exec(text)?.[1];
    const line = h('li', {}, h('div', {}, subject, h('div', { className: 'soft' }, to)));
    if (token) line.append(button('Open', `${subject}, to ${to}`, () => openInvite(desk, token)));
    return line;
  });
  byId('mails').replaceChildren(...(mails.length > 0 ? mails : [h('li', { className: 'soft' }, 'None yet.')]));
}
