// Between the JSON of the command line and of recordings, and the values of the wrapper.
// JSON: the WIT's names, every field, none as null, `"case"` or `{"case": payload}`, times in milliseconds.
// Wrapper: names in camelCase, none left out, `{ tag, val }`, times as Date.
import { camel, resolve } from './wit.js';

/** @typedef {import('./wit.js').Ty} Ty @typedef {Map<string, import('./wit.js').Interface>} Interfaces */

/** What the wrapper takes. @param {Interfaces} all @param {string} at @param {Ty | null} ty @param {any} json @returns {any} */
export function toNative(all, at, ty, json) {
  if (!ty || json === null) return undefined;
  if (ty.kind === 'list') return json.map((/** @type {any} */ item) => toNative(all, at, ty.of, item));
  if (ty.kind === 'option') return toNative(all, at, ty.of, json);
  if (ty.kind === 'result') return toNative(all, at, ty.ok, json);
  if (ty.name === 'timestamp') return new Date(Number(json));
  const found = resolve(all, at, ty.name);
  if (!found || found.def.kind === 'enum') return json;
  const { def } = found;
  if (def.kind === 'alias') return toNative(all, found.at, def.to, json);
  if (def.kind === 'variant') {
    const [tag, payload] = typeof json === 'string' ? [json, null] : Object.entries(json)[0] ?? ['', null];
    const val = toNative(all, found.at, def.members.find((member) => member.name === tag)?.ty ?? null, payload);
    return val === undefined ? { tag } : { tag, val };
  }
  const pairs = Object.entries(json).map(([name, value]) => {
    const member = def.members.find((field) => field.name === name);
    if (!member) throw new Error(`\`${def.name}\` has no field \`${name}\``);
    return [camel(name), toNative(all, found.at, member.ty, value)];
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** What the command line prints. @param {Interfaces} all @param {string} at @param {Ty | null} ty @param {any} value @returns {any} */
export function toJson(all, at, ty, value) {
  if (!ty || value === undefined) return null;
  if (ty.kind === 'list') return value.map((/** @type {any} */ item) => toJson(all, at, ty.of, item));
  if (ty.kind === 'option') return toJson(all, at, ty.of, value);
  if (ty.kind === 'result') return toJson(all, at, ty.ok, value);
  if (ty.name === 'timestamp') return value.getTime();
  const found = resolve(all, at, ty.name);
  if (!found || found.def.kind === 'enum') return value;
  const { def } = found;
  if (def.kind === 'alias') return toJson(all, found.at, def.to, value);
  if (def.kind === 'variant') {
    const member = def.members.find((item) => item.name === value.tag);
    return member?.ty ? { [value.tag]: toJson(all, found.at, member.ty, value.val) } : value.tag;
  }
  return Object.fromEntries(def.members.map((field) => [field.name, toJson(all, found.at, field.ty, value[camel(field.name)])]));
}

/** Where two values of JSON differ first: a path, and both; none: they are equal. @param {any} expected @param {any} found @param {string} [path] @returns {string | undefined} */
export function difference(expected, found, path = '') {
  if (expected === found) return undefined;
  const bothAre = (/** @type {(value: any) => boolean} */ kind) => kind(expected) && kind(found);
  const isObject = (/** @type {any} */ value) => typeof value === 'object' && value !== null;
  if (!bothAre(isObject) || Array.isArray(expected) !== Array.isArray(found)) {
    return `${path || 'it'}: expected ${shown(expected)}, found ${shown(found)}`;
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const differs = difference(expected[name], found[name], Array.isArray(expected) ? `${path}[${name}]` : path && `${path}.${name}` || name);
    if (differs) return differs;
  }
  return undefined;
}

/** @param {any} value */
function shown(value) {
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** JSON whose whole numbers beyond 2^53 become BigInt instead of another number. @param {string} text @returns {any} */
export function parseExactly(text) {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) => (token.startsWith('"') ? token : `{"\u0000":"${token}"}`).replace('\u0000', '\\u0000'));
  return JSON.parse(marked, (_, value) => {
    const digits = value?.['\u0000'];
    if (typeof digits !== 'string') return value;
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  });
}
