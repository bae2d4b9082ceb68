// JSON as the HTTP service takes and gives it: as recordings have it, with times as texts.
import { functionOf, INTERFACES } from '../../node/player/by-name.js';
import type { Ty } from '../../node/tools/wit.js';
import { resolve } from '../../node/tools/wit.js';
import { Refused } from './problem.js';

export type Json = any;
export type Fields = Record<string, Json>;

/** `2026-09-01T12:00:00Z`, with milliseconds where it has some. */
export const spelled = (millis: number): string => new Date(millis).toISOString().replace('.000Z', 'Z');

/** A value with each of its times made another, by its type. */
function eachTime(at: string, ty: Ty | null, value: Json, path: string, change: (time: Json, path: string) => Json): Json {
  if (!ty || value === null || value === undefined) return value;
  if (ty.kind === 'list') return Array.isArray(value) ? value.map((item, place) => eachTime(at, ty.of, item, `${path}[${place}]`, change)) : value;
  if (ty.kind === 'option') return eachTime(at, ty.of, value, path, change);
  if (ty.kind === 'result') return eachTime(at, ty.ok, value, path, change);
  if (ty.name === 'timestamp') return change(value, path);
  const found = resolve(INTERFACES, at, ty.name);
  if (!found || found.def.kind === 'enum') return value;
  if (found.def.kind === 'alias') return eachTime(found.at, found.def.to, value, path, change);
  if (typeof value !== 'object') return value;
  const { members } = found.def;
  const of = (name: string) => members.find((member) => member.name === name)?.ty ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, eachTime(found.at, of(name), inner, `${path}.${name}`, change)]));
}

const toText = (time: Json) => (typeof time === 'number' ? spelled(time) : time);

function toMillis(time: Json, path: string): Json {
  if (typeof time !== 'string') return time;
  const millis = /^\d{4}-\d\d-\d\d/.test(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(millis)) throw Refused.argument(path, 'malformed', 'it is text that is no time; expected a time such as 2026-09-01T12:00:00Z, a day such as 2026-09-01, or milliseconds since 1970');
  return millis;
}

/** The arguments of a function with their times as numbers. */
export const readArguments = (name: string, given: Fields): Fields => ofParams(name, given, toMillis);
/** The same with their times as texts. */
export const spellArguments = (name: string, given: Fields): Fields => ofParams(name, given, toText);

function ofParams(name: string, given: Fields, change: (time: Json, path: string) => Json): Fields {
  const { at, func } = functionOf(name) ?? { at: '', func: { params: [] } };
  const of = (param: string) => func.params.find((known) => known.name === param)?.ty ?? null;
  return Object.fromEntries(Object.entries(given).map(([param, value]) => [param, eachTime(at, of(param), value, param, change)]));
}

/** An answer with its times as texts. */
export function spellAnswer(name: string, answer: Json): Json {
  const found = functionOf(name);
  return found ? eachTime(found.at, found.func.result, answer, '', toText) : answer;
}

/** An error with its times as texts. */
export const spellError = (error: Json): Json => eachTime('types', { kind: 'name', name: 'error' }, error, '', toText);

/** Whether a function gives anything. */
export function gives(name: string): boolean {
  const result = functionOf(name)?.func.result;
  return Boolean(result) && !(result?.kind === 'result' && result.ok === null);
}
