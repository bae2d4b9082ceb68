// Billing: what is charged each month, what comes next, the ledger and the invoices as a timeline.

import { fill, h } from './dom.js';
import { all, as } from './api.js';
import { state } from './state.js';
import { act, badge, bones, button, confirm, dialog, empty, failed, told } from './ui.js';
import { quoted } from './quote.js';
import { desk } from './desk.js';
import { caseOf, ago, day, money, number, payloadOf, plural, words } from './format.js';

const REASONS = { started: 'green', renewed: 'grey', stopped: 'orange', expired: 'orange', changed: 'yellow', switched: 'yellow', adjusted: 'yellow' };
const PAYMENTS = { open: 'yellow', paid: 'green', failed: 'red' };

const named = (item) => { const payload = payloadOf(item); return `${words(caseOf(item))}${typeof payload === 'string' ? ` of ${payload}` : payload ? ` ${payload['add-on']} of ${payload.account}` : ''}`; };
const payerOf = (payer) => (caseOf(payer) === 'agency' ? 'the agency' : `account ${payloadOf(payer)}`);

export function billing(place, viewTabs) {
  let turn = 0;
  const body = h('div.stack.l', {}, bones(8));
  const tabs = h('div');
  const tools = h('div.tools');
  fill(place, h('div.page-head', {}, h('h1', {}, 'Billing'), tools), tabs, body);
  /** Whose ledger and invoices are shown; nothing: everybody's. */
  const payer = () => { const asked = state.get('payer'); return asked === 'agency' ? 'agency' : asked ? { account: asked } : null; };
  let asked = null;

  async function read() {
    turn += 1;
    const mine = turn;
    try {
      const page = { limit: 200 };
      asked = state.get('payer');
      const of = payer();
      const [summary, items, ledger, invoices, forecast, accounts] = await Promise.all([
        as('billing.summary'), as('billing.items', { page }), newest('billing.ledger', 'lines', { filter: of && { payer: of } }), as('billing.invoices', { payer: of, page }), as('billing.forecast'), all('accounts.list', { filter: { 'billing-owner': 'platform' } }, 'accounts'),
      ]);
      if (mine === turn) draw({ summary, items: items.items, lines: ledger, invoices: invoices.invoices, forecast, accounts });
    } catch (error) {
      if (mine === turn) fill(body, failed(error, read));
    }
  }

  /** The last lines of a ledger, which is told from its beginning. */
  async function newest(name, field, args, most = 2000) {
    let found = [];
    let cursor = null;
    let left = most;
    do {
      const page = await as(name, { ...args, page: { limit: 200, cursor } });
      found = [...found, ...page[field]];
      left -= page[field].length;
      cursor = page.next ?? null;
    } while (cursor && left > 0);
    return found;
  }

  async function turnInterval(from, interval) {
    const quote = await act(from, () => as('billing.preview', { change: { 'set-interval': interval } }));
    if (quote && await confirm(interval === 'annual' ? 'Bill white-label yearly?' : 'Bill white-label monthly?', quoted(quote), 'Change it', { danger: false })
      && await act(from, () => as('agencies.set-interval', { interval }, { quote: quote.quote }), 'It changes at the end of the period')) read();
  }

  function draw({ summary, items, lines, invoices, forecast, accounts }) {
    fill(tabs, viewTabs());
    const other = summary.interval === 'annual' ? 'monthly' : 'annual';
    const payers = [['', 'All payers'], ['agency', 'The agency'], ...accounts.map((it) => [it.id, it.name])];
    fill(tools, accounts.length > 0 && h('select.select.auto', { 'aria-label': 'Payer', 'data-key': 'payer', onchange: (event) => state.set({ payer: event.target.value || null }, { quietly: true }) },
      payers.map(([id, name]) => h('option', { value: id, selected: id === (state.get('payer') ?? '') }, name))),
    state.get('role') === 'owner' && button(other === 'annual' ? 'Bill yearly' : 'Bill monthly', (event) => turnInterval(event.currentTarget, other), { 'data-key': 'interval' }));
    const now = desk.now();
    const figure = (value, label, more) => h('div.figure', {}, h('b', {}, value), h('span', {}, label), more && h('span', {}, more));
    fill(body,
      h('div.figures', {},
        figure(money(summary['run-rate']), 'each month', `${plural(summary.brands, 'brand')}, ${plural(summary.plans, 'plan')}`),
        figure(money(summary['next-invoice']), 'next invoice', `${day(summary['next-invoice-at'])} · ${ago(summary['next-invoice-at'], now)}`),
        figure(money(summary.credit), 'credit'),
        figure(number(summary.overdue), 'overdue invoices'),
        figure(words(summary.interval), 'billing', `${day(summary['period-start'])} – ${day(summary['period-end'])}`)),
      h('div.bill-split', {},
        h('section.card', {}, h('div.card-head', {}, h('h2', {}, 'Timeline'), h('span.count', {}, `${plural(lines.length, 'line')}, ${plural(invoices.length, 'invoice')}`)), timeline(lines, invoices, summary, now)),
        h('div.stack.l', {},
          h('section.card', {}, h('div.card-head', {}, h('h2', {}, 'Charged each month'), h('span.count', {}, number(items.length))), items.length
            ? h('ul.list.in-card', {}, items.map((it) => h('li.row.ends', {}, h('span.clip', {}, it.name, h('span.muted.tiny.block', {}, `${words(caseOf(it.item))}, since ${day(it.since)}`)), h('span.num', {}, money(it.price)))))
            : empty('check', 'Nothing is charged', 'White-label begins with a brand’s first client.')),
          h('section.card', {}, h('div.card-head', {}, h('h2', {}, 'Forecast')), bars(forecast)))));
  }

  const bars = (forecast) => {
    const most = Math.max(1, ...forecast.map((it) => it.due.amount));
    return h('ul.list.in-card', {}, forecast.slice(0, 6).map((it) => h('li.stack', {}, h('div.row.ends', {}, h('span.soft', {}, day(it['closes-at'])), h('span.num', {}, money(it.due))), h('div.meter', {}, h('i.active', { style: { width: `${(Math.max(0, it.due.amount) / most) * 100}%` } })))));
  };

  function timeline(lines, invoices, summary, now) {
    const events = [
      ...lines.map((line) => ({ at: line.at, line })),
      ...invoices.map((invoice) => ({ at: invoice['closed-at'], invoice })),
    ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (b.line?.number ?? 1e9) - (a.line?.number ?? 1e9)).slice(0, 150);
    if (!events.length) return empty('time', 'Nothing is booked yet', 'Invite somebody to a brand: its white-label starts, and the first line is booked.');
    let last = '';
    return h('ol.timeline', {},
      h('li.next', {}, h('span.dot'), h('span.soft', {}, `The next invoice closes ${ago(summary['next-invoice-at'], now)}`), h('b.num', {}, money(summary['next-invoice']))),
      events.map(({ at, line, invoice }) => {
        const on = day(at);
        const heading = on === last ? null : h('li.day', {}, h('h3', {}, on));
        last = on;
        return [heading, line ? lineOf(line) : invoiceOf(invoice)];
      }));
  }

  const lineOf = (line) => h('li', {}, h('span.dot', { class: line.kind === 'discount' ? 'yellow' : REASONS[line.reason] ?? '' }),
    h('span', {}, named(line.item), h('span.muted.tiny.block', {}, `${line.kind === 'discount' ? 'Discount' : words(line.reason)}, ${day(line['covers-from'])} – ${day(line['covers-to'])}${line.working ? ` · ${money(line.working.base)} × ${line.working.numerator}/${line.working.denominator}` : ''}`)),
    h('span.num', {}, money(line.amount, { sign: true })));

  const invoiceOf = (invoice) => h('li.invoice', {}, h('span.dot.invoice-dot'),
    h('span', {}, button(`Invoice ${invoice.number}`, () => show(invoice), { kind: 'plain small-b' }), h('span.muted.tiny.block', {}, `of ${payerOf(invoice.payer)}, due ${day(invoice['due-at'])}`)),
    h('span.row', {}, badge(invoice.payment, invoice.overdue ? 'Overdue' : words(invoice.payment), invoice.overdue ? 'red' : PAYMENTS[invoice.payment]), h('b.num', {}, money(invoice.total))));

  const show = (invoice) => dialog(`Invoice ${invoice.number}`, () => {
    const text = h('pre.code', { tabindex: 0 }, '…');
    as('billing.document', { payer: invoice.payer, number: invoice.number, format: 'text' }).then((it) => { text.textContent = it; }, (error) => { text.textContent = told(error); });
    return text;
  }, { wide: true });

  read();
  fill(tabs, viewTabs());
  return { changed() { fill(tabs, viewTabs()); if (asked !== state.get('payer')) read(); }, refresh: read };
}

