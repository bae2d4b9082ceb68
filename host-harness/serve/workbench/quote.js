// What a change comes to, before it is made.

import { h } from './dom.js';
import { caseOf, day, money, payloadOf, words } from './format.js';

const named = (item) => { const payload = payloadOf(item); return `${words(caseOf(item))}${payload && typeof payload === 'string' ? ` of ${payload}` : ''}`; };

/** A quote of `billing.preview` as a small bill. */
export function quoted(quote) {
  const nothing = !quote.lines.length && quote.monthly.amount === 0;
  const goingOn = quote['going-on'] ?? [];
  if (nothing && !goingOn.length) return h('p.note', {}, 'This costs nothing, and changes no bill.');
  const cost = (label, value) => h('div.row.ends', {}, h('span.soft', {}, label), h('span.num.strong', {}, money(value, { sign: true })));
  return h('div.card.pad.stack.bill', {},
    quote.lines.map((line) => h('div.row.ends.small', {},
      h('span', {}, `${named(line.item)}: ${words(line.reason).toLowerCase()}`, h('span.muted.tiny.block', {}, `${day(line['covers-from'])} – ${day(line['covers-to'])}`)),
      h('span.num', {}, money(line.amount, { sign: true })))),
    quote.lines.length > 0 && h('hr'),
    goingOn.map((it) => h('div.row.ends.small', {}, h('span', {}, `${named(it.item)} goes on`, h('span.muted.tiny.block', {}, it.until ? `paid until ${day(it.until)}` : 'until somebody ends it')), h('span.num', {}, money(it.amount)))),
    goingOn.length > 0 && h('hr'),
    cost('Booked now', quote.now),
    cost('Each month', quote.monthly),
    quote.refused.length > 0 && h('p.note.bad', {}, `${quote.refused.length} would be refused.`));
}
