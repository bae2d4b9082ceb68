// The panel at the side, which shows one thing out of a list. Escape closes it.

import { fill, h } from './dom.js';
import { iconButton } from './ui.js';

/** A drawer; `close` is called when it is to go. */
export function drawer(label, close) {
  const head = h('div.drawer-head');
  const middle = h('div');
  const body = h('div.drawer-body', { tabindex: 0, role: 'region', 'aria-label': 'Details' });
  const foot = h('div.drawer-foot', { hidden: true });
  const box = h('section.drawer', { role: 'dialog', 'aria-label': label, tabindex: -1 }, head, middle, body, foot);
  const before = document.activeElement;
  const place = document.getElementById('drawer-place');
  fill(place, box);
  const onkey = (event) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) { event.preventDefault(); close(); }
  };
  document.addEventListener('keydown', onkey);
  box.focus({ preventScroll: true });
  return {
    body,
    head: (...parts) => fill(head, h('div.grow.row', {}, parts), iconButton('Close', 'close', close, { kind: 'plain', 'data-key': 'close' })),
    middle: (...parts) => fill(middle, parts),
    foot: (...parts) => { foot.hidden = !parts.some(Boolean); fill(foot, parts); },
    /** Takes it away; the focus goes back to where it was. */
    remove() {
      document.removeEventListener('keydown', onkey);
      const inside = box.contains(document.activeElement);
      box.remove();
      if (inside && before?.isConnected) before.focus({ preventScroll: true });
    },
  };
}
