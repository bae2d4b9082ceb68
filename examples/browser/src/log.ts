// The log, and whether it verifies.
import type { Desk } from './desk.js';
import { byId, day, h, words } from './dom.js';

const SHOWN = 10;

export function showLog(desk: Desk): void {
  const { flaw, verified } = desk.olga.audit.verify(1);
  byId('verified').textContent = flaw ? `Entry ${flaw.number} isn't as it was written: ${flaw.problem}` : `All ${verified} entries are as they were written.`;
  const { entries } = desk.olga.audit.list('backward', { limit: SHOWN });
  byId('log').replaceChildren(...entries.map((entry) => {
    const { actor } = entry;
    const who = actor.tag === 'operator' ? actor.val.name : words(actor.tag);
    return h('li', { value: entry.number }, h('div', {}, words(entry.kind), h('div', { className: 'soft' }, who)), h('span', { className: 'soft' }, day(entry.at)));
  }));
}
