// The log, and whether it verifies.
import type { audit } from '../../node/generated/api.js';
import type { Desk } from './desk.js';
import { byId, day, h, words } from './dom.js';

const SHOWN = 10;

export function showLog(desk: Desk): void {
  const { flaw, verified } = desk.olga.audit.verify(1);
  byId('verified').textContent = flaw ? `Entry ${flaw.number} isn't as it was written: ${flaw.problem}` : `All ${verified} entries are as they were written.`;
  const { entries } = desk.olga.audit.list('backward', { limit: SHOWN });
  byId('log').replaceChildren(...entries.map((entry) => {
    const about = [of(entry.details), by(entry.actor)].filter(Boolean).join(', ');
    return h('li', { value: entry.number }, h('div', {}, words(entry.kind), h('div', { className: 'soft' }, about)), h('span', { className: 'soft' }, day(entry.at)));
  }));
}

/** Whom or what an entry is about: its details are JSON, whose fields go by the kind. */
function of(details: string): string | undefined {
  const { name, email, brand } = JSON.parse(details) as { name?: string; email?: string; brand?: string };
  return name ?? email ?? brand;
}

function by(actor: audit.Actor): string {
  if (actor.tag === 'operator') return `by ${actor.val.name}`;
  return { client: 'by the client', platform: 'by the platform', visitor: 'by a visitor', system: 'as it was due' }[actor.tag];
}
