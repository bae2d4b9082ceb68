// Calls by the names of the WIT, with JSON as the command line and recordings have it.
import { WIT } from '../generated/wit.js';
import type { Clientdesk } from '../src/clientdesk.js';
import { ClientdeskError } from '../src/errors.js';
import { toJson, toNative } from '../tools/json.js';
import type { Func, Ty } from '../tools/wit.js';
import { camel, inOrder, read } from '../tools/wit.js';
import type { Json } from './recording.js';

/** What the WIT declares. */
export const INTERFACES = read(WIT);

const ERROR: Ty = { kind: 'name', name: 'error' };

/** What a call gave: its answer, or its error. */
export type Answer = { ok: Json } | { err: Json };

/** A function such as `clients.list`, and the interface that it is of. */
export function functionOf(name: string): { at: string; func: Func } | undefined {
  const [at = '', called = ''] = name.split('.');
  const func = INTERFACES.get(at)?.funcs.find((found) => found.name === called);
  return func && { at, func };
}

/** Calls a function with arguments by name. What the component says as an error is one; a trap is another. */
export function callByName(clientdesk: Clientdesk, name: string, args: Record<string, Json>): Answer {
  const found = functionOf(name);
  if (!found) throw new Error(`there is no function \`${name}\``);
  const { at, func } = found;
  const unknown = Object.keys(args).find((arg) => !func.params.some((param) => param.name === arg));
  if (unknown !== undefined) throw new Error(`\`${name}\` has no argument \`${unknown}\``);
  const given = inOrder(func).map((param) => toNative(INTERFACES, at, param.ty, args[param.name] ?? null));
  const functions = clientdesk as unknown as Record<string, Record<string, (...given: unknown[]) => unknown>>;
  try {
    const answer = functions[camel(at)]?.[camel(func.name)]?.(...given);
    return { ok: toJson(INTERFACES, at, func.result, answer) };
  } catch (error) {
    if (error instanceof ClientdeskError) return { err: toJson(INTERFACES, 'types', ERROR, error) };
    return { err: { trap: error instanceof Error ? error.message : String(error) } };
  }
}
