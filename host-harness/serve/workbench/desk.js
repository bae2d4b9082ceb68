// What the service says of clock, faults and jobs, kept for all screens.

import { bench } from './api.js';
import { millis } from './format.js';

export const desk = {
  agencies: [],
  /** What happened since the page was opened. */
  entries: [],
  live: false,
  /** The sign-in on a client's behalf that runs for whoever the bar names. */
  acting: null,
  status: null,
  onchange: () => {},
  /** How far the service's time is from this machine's. */
  away: 0,

  take(status, what) {
    const before = desk.status;
    desk.status = status;
    desk.away = millis(status.now) - Date.now();
    const moved = before && Math.abs(before.ahead - status.ahead) > 0;
    desk.onchange(what ?? (moved ? 'moved' : 'told'));
  },

  /** The component's time now. */
  now: () => Date.now() + desk.away,
};

export async function refreshDesk() {
  if (document.hidden) return;
  try {
    desk.take(await bench.get('state'));
  } catch { /* The next look says more. */ }
}

/** Does something that changes clock or faults, and takes what it answers. */
export async function manage(name, body) {
  const answer = await bench.post(name, body);
  desk.take(answer.state ?? answer, 'moved');
  return answer;
}
