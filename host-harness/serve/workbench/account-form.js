// What is asked about an account: a new one, its words, what it may use, its add-ons, who pays, and its end.

import { fill, h } from './dom.js';
import { as, call } from './api.js';
import { button, dialog, field, told, wrong } from './ui.js';
import { quoted } from './quote.js';
import { featureChecks, readFeatures, readResources, resourceFields, saidResources } from './resources.js';
import { caseOf, major, minor, money, slug } from './format.js';

/** A form in a dialog: `send(elements)` does what it is for; what is wrong stands beside its field. */
const asked = (title, yes, parts, send, { wide } = {}) => dialog(title, (close) => {
  const problem = h('p.note.bad', { hidden: true, role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    try {
      close(await send(event.target.elements, event.target) ?? true);
    } catch (error) {
      problem.hidden = wrong(event.target, error);
      problem.textContent = told(error);
    }
  };
  return h('form.stack.m', { onsubmit: submit, novalidate: true }, parts, problem,
    h('div.dialog-foot', {}, button('Cancel', () => close()), h('button.button.main-act', { type: 'submit' }, yes)));
}, { wide });

const monthly = (thing, currency) => `${thing.name}, ${money({ amount: thing.monthly, currency })} a month`;

/** Makes an account; gives its id, or nothing. */
export async function newAccount() {
  const { catalog } = await call('catalog.get').catch(() => ({ catalog: { plans: [], currency: 'USD' } }));
  const plans = catalog.plans.map((plan) => h('option', { value: plan.id }, monthly(plan, catalog.currency)));
  const starts = h('select.select', { name: 'start' },
    h('option', { value: 'setup' }, 'In set-up: nobody gets in yet'), h('option', { value: 'trial' }, 'On trial for 14 days'), h('option', { value: 'active' }, 'Active'));
  const plan = h('select.select', { name: 'plan' }, h('option', { value: '' }, 'None yet'), plans);
  const owner = h('select.select', { name: 'billing-owner' },
    h('option', { value: 'agency' }, 'The agency, which charges it as it likes'), h('option', { value: 'platform' }, 'The account itself: it chooses a plan when it logs in'));
  const own = h('details.more', {}, h('summary', {}, 'Resources and features of its own'),
    h('div.stack.m', {}, h('p.muted.tiny', {}, 'Otherwise it has what its plan gives. An empty number is as many as it likes.'), resourceFields(), featureChecks()));
  return asked('New account', 'Make it', [
    field('Name', h('input.input', { name: 'name', autocomplete: 'off', placeholder: 'Nike Inc' })),
    field('Description', h('textarea.input', { name: 'description', rows: 2 })),
    field('E-mail', h('input.input', { name: 'email', type: 'email', autocomplete: 'off', placeholder: 'billing@nike.example' }), { hint: 'Its owner is invited there. Without one, notices come to the agency, and it is reached through the agency alone' }),
    h('div.pair', {}, field('It begins', starts), field('Plan', plan)),
    field('Who pays', owner), own,
  ], ({ name, description, email, start, plan: chosen, 'billing-owner': payer }, form) => as('accounts.create', { account: {
    id: slug(name.value), name: name.value, description: description.value.trim() || null, email: email.value.trim() || null, 'billing-owner': payer.value,
    start: start.value === 'trial' ? { trial: 14 } : start.value === 'active' ? { active: chosen.value } : 'setup',
    plan: start.value === 'active' ? null : chosen.value || null,
    resources: own.open ? readResources(form) : null, features: own.open ? readFeatures(form) : null,
  } }), { wide: true });
}

/** Changes its words. */
export const editAccount = (account, more) => asked(`Edit ${account.name}`, 'Save', [
  field('Name', h('input.input', { name: 'name', value: account.name, autocomplete: 'off' })),
  field('Description', h('textarea.input', { name: 'description', rows: 2, value: account.description ?? '' })),
  field('E-mail', h('input.input', { name: 'email', type: 'email', value: account.email ?? '', autocomplete: 'off' }), { hint: 'Empty: notices come to the agency' }),
  field('Address on invoices', h('textarea.input', { name: 'address', rows: 2, value: account.address ?? '' })),
  field('What the agency charges it a month', h('input.input', { name: 'resale', inputmode: 'decimal', value: account['resale-price'] ? major(account['resale-price'].amount, account['resale-price'].currency) : '' }), { hint: 'Kept to show what is left of it; may be left out' }),
], ({ name, description, email, address, resale }) => {
  const price = minor(resale.value, account['run-rate'].currency);
  return as('accounts.update', { id: account.id, changes: { name: name.value, description: description.value, email: email.value, address: address.value, 'resale-price': Number.isNaN(price) ? 'nothing' : { monthly: price } } }, more);
});

/** Gives it resources and features of its own, or those of its plan. */
export const editResources = (account, more) => {
  const choice = (name, label, own, parts) => {
    const body = h('div.stack', { hidden: !own }, parts);
    return [h('label.check', {}, h('input', { type: 'checkbox', name, checked: own, onchange: (event) => { body.hidden = !event.target.checked; } }), label), body];
  };
  return asked(`What ${account.name} may use`, 'Save', [
    h('p.soft.small', {}, `Now: ${saidResources(account.resources)}.`),
    choice('own-resources', 'Resources of its own', Boolean(account['own-resources']), [resourceFields(account['own-resources'] ?? account.resources), h('p.muted.tiny', {}, 'Users are the clients with access to its brands. What add-ons add comes on top.')]),
    choice('own-features', 'Features of its own', account['own-features'], featureChecks(account.features)),
  ], async ({ 'own-resources': ownResources, 'own-features': ownFeatures }, form) => {
    await as('accounts.set-resources', { id: account.id, resources: ownResources.checked ? readResources(form) : null }, more);
    await as('accounts.set-features', { id: account.id, features: ownFeatures.checked ? readFeatures(form) : null }, more);
  });
};

/** Which of some things that are sold; nothing where none are. `prices` is where they are made. */
export const choose = async (title, what, list, currency, chosen, prices) => {
  if (list.length) {
    return dialog(title, (done) => {
      const select = h('select.select', {}, list.map((it) => h('option', { value: it.id, selected: it.id === chosen }, monthly(it, currency))));
      return h('form.stack.m', { onsubmit: (event) => { event.preventDefault(); done(select.value); } }, field(what, select), h('div.dialog-foot', {}, button('Cancel', () => done()), h('button.button.main-act', { type: 'submit' }, 'Show the price')));
    });
  }
  await dialog(`No ${what.toLowerCase()}s are sold`, (done) => h('div.stack.m', {}, h('p.soft.small', {}, 'The platform’s catalog has none that would do. They are made under “Prices”.'),
    h('div.dialog-foot', {}, h('a.button.main-act', { href: prices, onclick: () => done() }, 'Go to Prices'))));
  return null;
};

/** Deletes accounts, each with its name typed, after saying what that costs; gives how many are gone. */
export async function deleteAccounts(accounts) {
  const one = accounts.length === 1 ? accounts[0] : null;
  const quote = await as('billing.preview', { change: one ? { 'delete-account': one.id } : { 'delete-accounts': accounts.map((it) => it.id) } });
  return dialog(one ? `Delete ${one.name} for good?` : `Delete ${accounts.length} accounts for good?`, (close) => {
    const problem = h('p.note.bad', { hidden: true, role: 'alert' });
    const typed = accounts.map((account) => ({ account, input: h('input.input', { name: `name-${account.id}`, autocomplete: 'off', spellcheck: 'false', oninput: () => ready() }) }));
    const yes = h('button.button.danger.full', { type: 'submit', disabled: true, 'data-yes': true }, one ? 'Delete it' : 'Delete them');
    const ready = () => { yes.disabled = !typed.every(({ account, input }) => input.value === account.name); };
    const submit = async (event) => {
      event.preventDefault();
      yes.disabled = true;
      try {
        if (one) {
          await as('accounts.delete', { id: one.id, name: typed[0].input.value }, { quote: quote.quote });
          close(1);
          return;
        }
        const outcomes = await as('accounts.delete-many', { accounts: typed.map(({ account, input }) => ({ id: account.id, name: input.value })) }, { quote: quote.quote });
        const refused = outcomes.map((outcome, at) => [accounts[at], outcome]).filter(([, outcome]) => caseOf(outcome) === 'refused');
        if (!refused.length) { close(outcomes.length); return; }
        problem.hidden = false;
        fill(problem, `${refused.map(([account]) => account.name).join(', ')}: refused. The others are deleted.`);
      } catch (error) {
        problem.hidden = false;
        problem.textContent = told(error);
        ready();
      }
    };
    return h('form.stack.m', { onsubmit: submit, novalidate: true },
      h('p.soft.small', {}, 'It can’t be undone. Nobody gets in any more from this moment on; brands are archived, and clients left without one are revoked. The plan is paid for to the end of the term.'),
      quoted(quote),
      typed.map(({ account, input }) => field(`Type “${account.name}”`, input)), problem,
      h('div.dialog-foot', {}, button('Cancel', () => close()), yes));
  }, { wide: !one });
}
