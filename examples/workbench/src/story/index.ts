// Calls as a story in TOML, which `clientdesk run` plays.
//
// The calls are made once more in a world of their own, from an empty store on: what comes of each is what the story
// expects. What was there before the first call is made first, as far as calls name it. Ids and secrets are others then, so
// they are saved where they come from and named where they are used.
import type { Desk } from '../desk.js';
import type { Heard } from '../hearing.js';
import { Refused } from '../problem.js';
import { prepare } from './setting.js';
import { Teller } from './teller.js';

const CALLS_MAX = 500;

/** The story of the calls after one about an agency. */
export function story(desk: Desk, agency: string, after: number): string {
  const told = desk.world.hearing.after(after).filter((call) => belongs(call, agency));
  const [first] = told;
  if (!first) throw Refused.malformed('nothing was changed yet: make some calls, then save them');
  if (told.length > CALLS_MAX) throw Refused.malformed(`a story tells ${CALLS_MAX} calls at most, and these are ${told.length}`);
  const teller = new Teller(desk.modules, agency, first.at);
  prepare(teller, desk, agency, told);
  told.forEach((call) => teller.tell(call));
  return teller.finish();
}

/** Whether a call is told: it changed something of the agency, or was refused there, and met no fault. */
function belongs({ function: name, arguments: args, outcome, traces }: Heard, agency: string): boolean {
  const did = 'ok' in outcome ? traces.commits > 0 : !isTrap(outcome.err);
  if (!did || traces.faults > 0) return false;
  if (name === 'catalog.set') return true;
  // What is said with a secret names no agency; nor do jobs.
  if ((name.startsWith('portal.') || name === 'jobs.run') && args['agency'] === undefined) return traces.agencies.has(agency);
  return [args['call']?.agency, args['agency'], args['agency']?.id, args['id']].includes(agency);
}

const isTrap = (error: unknown) => typeof error === 'object' && error !== null && 'trap' in error;
