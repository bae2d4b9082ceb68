// What the agency is charged, and why.
import type { Desk } from './desk.js';
import { byId, day, h, money, words } from './dom.js';

export function showBill(desk: Desk): void {
  const { runRate, periodEnd, nextInvoice, nextInvoiceAt, total } = desk.olga.billing.summary();
  const figures = {
    'A month, as it is now': money(runRate),
    [`Next invoice, ${day(nextInvoiceAt)}`]: money(nextInvoice),
    'Period ends': day(periodEnd),
    'Booked in all': money(total),
  };
  byId('bill').replaceChildren(...Object.entries(figures).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

  const { lines } = desk.olga.billing.ledger({ limit: 100 });
  const rows = lines.reverse().map((line) => {
    const what = line.item.tag === 'white-label' ? words(line.item.val) : words(line.item.tag);
    return h('tr', {},
      h('td', {}, `${what} ${line.reason}`, h('div', { className: 'soft' }, `${day(line.coversFrom)} – ${day(line.coversTo)}`)),
      h('td', { className: 'number' }, money(line.amount)));
  });
  const table = h('table', {},
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'What'), h('th', { scope: 'col', className: 'number' }, 'Amount'))),
    h('tbody', {}, ...rows));
  const none = h('p', { className: 'soft' }, 'Nothing yet: a brand costs from its first client on.');
  byId('ledger').replaceChildren(rows.length > 0 ? table : none);
}
