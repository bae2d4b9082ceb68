// A new agency.

import { h } from './dom.js';
import { call } from './api.js';
import { slug } from './format.js';
import { origin } from './transport.js';
import { button, dialog, field, told, wrong } from './ui.js';

/** Asks for an agency and makes it; gives it with all others, or nothing. */
export const newAgency = () => dialog('New agency', (close) => {
  const problem = h('p.note.bad', { hidden: true, role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    const { name, email } = event.target.elements;
    const id = slug(name.value);
    try {
      const made = await call('agencies.create', { agency: {
        id, name: name.value, 'notification-email': email.value, 'billing-interval': event.target.elements['billing-interval'].value,
        'portal-address': `${origin}/portal/${id ?? 'agency'}`,
      } });
      const { agencies } = await call('agencies.list', { page: { limit: 100 } });
      close({ id: made, name: name.value, agencies });
    } catch (error) {
      problem.hidden = wrong(event.target, error);
      problem.textContent = told(error);
    }
  };
  return h('form.stack.m', { onsubmit: submit, novalidate: true },
    field('Name', h('input.input', { name: 'name', required: true, autocomplete: 'off', placeholder: 'Northlight' })),
    field('E-mail for its notices', h('input.input', { name: 'notification-email', id: 'email', type: 'email', autocomplete: 'off', placeholder: 'office@northlight.example' }), { id: 'email' }),
    field('White-label is billed', h('select.select', { name: 'billing-interval' }, h('option', { value: 'monthly' }, 'Monthly'), h('option', { value: 'annual' }, 'Yearly, for less'))),
    problem,
    h('div.dialog-foot', {}, button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, 'Make it')));
});
