// What the page works with: the component on the page's host, and one agency.
import type { Clientdesk } from '../../node/src/clientdesk.js';
import type { FunctionsAs } from '../../node/generated/api.js';
import type { PageHost } from './host.js';

export const AGENCY = 'agency';

const JOBS_AT_ONCE = 100;

export interface Desk {
  clientdesk: Clientdesk;
  host: PageHost;
  /** The functions, called by an owner of the agency. */
  olga: FunctionsAs;
  /** Does something, tells what came of it, and shows everything anew. */
  act(what: () => string): void;
  /** The same, and gives whether it was done. */
  tried(what: () => string): boolean;
}

/** Does what is due by now. */
export function runJobs(clientdesk: Clientdesk): number {
  let done = 0;
  for (let more = true; more; ) {
    const report = clientdesk.jobs.run(JOBS_AT_ONCE);
    done += report.done;
    more = report.more && report.done > 0;
  }
  return done;
}
