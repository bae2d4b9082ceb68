// Plays a recording on the component, through the wrapper, and compares every answer and, at the end, every row.
import type { Clientdesk, Modules } from '../src/clientdesk.js';
import { open } from '../src/clientdesk.js';
import type { InvalidError } from '../src/errors.js';
import type { Storage } from '../src/ports.js';
import { difference, parseExactly } from '../tools/json.js';
import { callByName } from './by-name.js';
import { Opaque } from './opaque.js';
import type { End, Head, Step } from './recording.js';
import { World } from './world.js';

/** What became of stories. */
export interface Played {
  stories: number;
  steps: number;
  passed: number;
  failed: number;
  /** How many of those that passed the wrapper refused before the component could, as beyond what JavaScript's numbers hold. */
  refusedHere: number;
  /** How often the engine's time zones say something else. */
  otherZones: number;
  /** `story, line N: what differs`. */
  problems: string[];
}

export const nothingPlayed = (): Played => ({ stories: 0, steps: 0, passed: 0, failed: 0, refusedHere: 0, otherZones: 0, problems: [] });

/** Plays one on an empty store, and adds what became of it. With `fresh`, each call has a new instance. */
export function play(modules: Modules, text: string, rows: Storage, played: Played, fresh: boolean): void {
  const lines = text.trimEnd().split('\n');
  const head = parseExactly(lines[0] ?? '') as Head;
  if (head.format !== 1) throw new Error(`${head.story}: this player knows format 1, not ${head.format}`);
  const world = new World(rows, head.keys);
  const opaque = new Opaque();
  const clientdesk = open(modules, world);
  const problem = (line: number, what: string) => played.problems.push(`${head.story}, line ${line}: ${what}`);
  played.stories += 1;
  for (const [place, line] of lines.slice(1, -1).entries()) {
    const step = parseExactly(line) as Step;
    if (fresh) clientdesk.renew();
    played.steps += 1;
    const problems = playStep(clientdesk, world, opaque, step, played);
    if (problems.length === 0) played.passed += 1;
    else played.failed += 1;
    for (const what of problems) problem(place + 2, `${step.call}: ${what}`);
  }
  const end = parseExactly(lines.at(-1) ?? '') as End;
  const differs = difference(Object.fromEntries(end.rows), Object.fromEntries(world.rows()), '');
  played.steps += 1;
  if (differs) {
    played.failed += 1;
    problem(lines.length, `row ${differs}`);
  } else {
    played.passed += 1;
  }
  played.otherZones += world.otherZones;
}

function playStep(clientdesk: Clientdesk, world: World, opaque: Opaque, step: Step, played: Played): string[] {
  world.begin(step);
  const answer = callByName(clientdesk, step.call, opaque.given(step.arguments));
  world.end();
  const expected = opaque.expected('err' in step ? { err: step.err } : { ok: step.ok }, answer);
  const differs = difference(expected, answer);
  if (differs && isSameRefusal(expected, answer)) {
    played.refusedHere += 1;
    return world.problems;
  }
  return differs ? [differs, ...world.problems] : world.problems;
}

/** Whether both say that the same argument is wrong in the same way, in other words: the wrapper was first. */
function isSameRefusal(expected: object, answer: object): boolean {
  const fields = [expected, answer].map((said) => ((said as { err?: unknown }).err as { invalid?: InvalidError['fields'] } | undefined)?.invalid?.[0]);
  const [then, now] = fields;
  return then !== undefined && now !== undefined && then.field === now.field && then.code === now.code && /^it is .*; give /.test(now.message);
}
