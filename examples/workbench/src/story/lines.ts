// How a story is written in TOML.
import type { Fields, Json } from '../values.js';
import { spelled } from '../values.js';
import type { Names } from './names.js';
import { isObject } from './names.js';

/** One thing that happened. */
export interface Step {
  at: number;
  function: string;
  /** By name, with the caller's record. */
  with: Fields;
  /** What the answer, or the error, should be; an answer of nothing needs no words. */
  expect: { ok: Json } | { err: Json };
  /** Whether it went otherwise in the workbench. */
  otherwise: boolean;
  mails: Json[];
  log: string[];
  storeChanges: boolean;
}

/** The whole file. */
export function storyOf(agency: string, start: number, steps: Step[], names: Names): string {
  const lines = [
    `title = ${toml(`What happened at \`${agency}\``)}`,
    'about = "Saved from the workbench. `clientdesk run FILE` plays it."',
    `start = ${spelled(start)}`,
    `agency = ${toml(agency)}`,
  ];
  let now = start;
  for (const [number, step] of steps.entries()) {
    lines.push('', '[[step]]');
    if (step.otherwise) lines.push('# It went otherwise in the workbench: something from before is missing here.');
    if (step.at !== now) lines.push(`at = ${spelled(step.at)}`);
    now = step.at;
    lines.push(`call = ${toml(step.function)}`, ...caller(step.with, agency).map(([key, value]) => `${key} = ${toml(value)}`));
    if ('err' in step.expect) lines.push(`error = ${toml(step.expect.err)}`);
    else if (step.expect.ok !== null) lines.push(`expect = ${toml(step.expect.ok)}`);
    if (step.mails.length > 0) lines.push(`mails = ${toml(step.mails)}`);
    if (step.log.length > 0) lines.push(`log = ${toml(step.log)}`);
    if (step.storeChanges) lines.push('store-changes = true');
    const saved = names.savedBy(number);
    if (saved.length > 0) lines.push(`save = ${toml(Object.fromEntries(saved.map(({ name, path }) => [name, path])))}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The lines that say who calls, and with what. */
function caller({ call, ...given }: Fields, home: string): [string, Json][] {
  const found: [string, Json][] = [];
  if (call) {
    const { id = '', name = '', role = '' } = call.actor ?? {};
    found.push(['as', [role, id, name].join(':')]);
    if (call.agency && call.agency !== home) found.push(['agency', call.agency]);
    if (call['idempotency-key']) found.push(['key', call['idempotency-key']]);
    if (call['acting-as']) found.push(['with.call', { 'acting-as': call['acting-as'] }]);
  }
  return [...found, ...Object.entries(given).filter(([, value]) => value !== null && value !== undefined).map(([name, value]): [string, Json] => [`with.${name}`, value])];
}

/** A value as TOML writes it on one line. What isn't there is left out. */
function toml(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (!isObject(value)) return value === null || value === undefined ? '""' : String(value);
  const fields = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return fields.length > 0 ? `{ ${fields.map(([key, inner]) => `${/^[\w-]+$/.test(key) ? key : quoted(key)} = ${toml(inner)}`).join(', ')} }` : '{}';
}

/** JSON's escapes are TOML's, but for one letter that JSON takes as it is. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\x7f', '\\u007F');
