// What values must be to go into the component, and what becomes of those that come out. The component itself says what is
// right; here is only what its binary interface would turn into something else without a word: numbers, dates and texts.
import { InvalidError } from './errors.js';

function wrong(at: string, code: string, message: string): InvalidError {
  return new InvalidError([{ field: at, code, message }]);
}

/** What a value is, in a few words. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value == null) return String(value);
  if (value instanceof Date) return 'a Date';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

export function text(value: string, at: string): string {
  if (typeof value !== 'string') throw wrong(at, 'malformed', `it is ${shown(value)}; give a string`);
  if (!value.isWellFormed()) throw wrong(at, 'malformed', 'it has half of a surrogate pair; give whole characters');
  return value;
}

export function flag(value: boolean, at: string): boolean {
  if (typeof value !== 'boolean') throw wrong(at, 'malformed', `it is ${shown(value)}; give true or false`);
  return value;
}

function whole(value: number, at: string, from: number, to: number): number {
  const isHuge = typeof value === 'bigint' && !Number.isSafeInteger(Number(value)); // what reads numbers exactly may give those
  if (typeof value !== 'number' && !isHuge) throw wrong(at, 'malformed', `it is ${shown(value)}; give a number`);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw wrong(at, 'out-of-range', `it is ${shown(value)}; give a whole number from ${from} to ${to}`);
}

export const u8 = (value: number, at: string) => whole(value, at, 0, 0xff);
export const u16 = (value: number, at: string) => whole(value, at, 0, 0xffff);
export const u32 = (value: number, at: string) => whole(value, at, 0, 0xffff_ffff);
export const s32 = (value: number, at: string) => whole(value, at, -0x8000_0000, 0x7fff_ffff);
export const u64 = (value: number, at: string) => BigInt(whole(value, at, 0, Number.MAX_SAFE_INTEGER));
export const s64 = (value: number, at: string) => BigInt(whole(value, at, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));

export function time(value: Date, at: string): bigint {
  if (!(value instanceof Date)) throw wrong(at, 'malformed', `it is ${shown(value)}; give a Date`);
  const milliseconds = value.getTime();
  if (milliseconds >= 0) return BigInt(milliseconds);
  throw wrong(at, 'out-of-range', `it is ${Number.isNaN(milliseconds) ? 'no date at all' : value.toISOString()}; give a Date from 1970 on`);
}

/** Refuses what is no object, and fields that nobody knows: a misspelt optional one would count as left out. */
export function record(value: object, at: string, known: ReadonlySet<string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, 'malformed', `it is ${shown(value)}; give an object`);
  for (const name in value) {
    if (!known.has(name)) throw wrong(`${at}.${name}`, 'unknown', `there is no such field; there are ${[...known].join(', ')}`);
  }
}

export function list<T, R>(value: readonly T[], at: string, lower: (item: T, at: string) => R): R[] {
  if (!Array.isArray(value)) throw wrong(at, 'malformed', `it is ${shown(value)}; give an array`);
  return value.map((item: T, place) => lower(item, `${at}[${place}]`));
}

export function oneOf<T extends string>(value: T, at: string, names: readonly T[]): T {
  if (!names.includes(value)) throw wrong(at, 'unknown', `it is ${shown(value)}; give one of ${names.join(', ')}`);
  return value;
}

export function noCase(value: { tag: string } | undefined, at: string, names: ReadonlySet<string>): never {
  const found = typeof value === 'object' && value !== null ? `tagged ${shown(value.tag)}` : shown(value);
  throw wrong(at, 'unknown', `it is ${found}; give { tag, val }, tagged with one of ${[...names].join(', ')}`);
}

export const date = (value: bigint): Date => new Date(Number(value));

/** A 64-bit number that JavaScript holds to the last digit; any other would be a wrong amount that looks right. */
export function number(value: bigint): number {
  const found = Number(value);
  if (Number.isSafeInteger(found)) return found;
  throw new RangeError(`the component answered ${value}: beyond ±2^53, JavaScript's numbers aren't exact`);
}

export function all<T, R>(values: readonly T[], lift: (item: T) => R): R[] {
  return values.map((item) => lift(item));
}
