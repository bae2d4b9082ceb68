// How times, amounts and words of the contract are shown. Days and hours are UTC, as the contract's are.

const UTC = { timeZone: 'UTC' };
const DAY = new Intl.DateTimeFormat('en-GB', { ...UTC, day: 'numeric', month: 'short', year: 'numeric' });
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', { ...UTC, day: 'numeric', month: 'short' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { ...UTC, hour: '2-digit', minute: '2-digit' });
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { ...UTC, weekday: 'short' });

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

export const millis = (time) => (typeof time === 'number' ? time : Date.parse(time));
export const day = (time) => (time ? DAY.format(millis(time)) : '–');
export const shortDay = (time) => SHORT_DAY.format(millis(time));
export const clock = (time) => CLOCK.format(millis(time));
export const weekday = (time) => WEEKDAY.format(millis(time));
export const dayTime = (time) => (time ? `${day(time)}, ${clock(time)}` : '–');

const UNITS = [['year', 365 * DAY_MS], ['month', 30 * DAY_MS], ['day', DAY_MS], ['hour', HOUR_MS], ['minute', 60_000]];

/** `3 days`: weeks are days, since thresholds and expiries are; months from two on. What is ahead is rounded, what is past was whole. */
export function span(ms) {
  for (const [name, unit] of UNITS) {
    const number = (ms > 0 ? Math.round : Math.floor)(Math.abs(ms) / unit);
    if (number >= (name === 'month' ? 2 : 1)) return `${number} ${name}${number === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}

/** `3 days 4 hours`: the two largest units. */
export function longSpan(ms) {
  const parts = [];
  let rest = Math.abs(ms);
  for (const [name, unit] of UNITS.slice(2)) {
    const number = Math.floor(rest / unit);
    rest -= number * unit;
    if (number) parts.push(`${number.toLocaleString('en')} ${name}${number === 1 ? '' : 's'}`);
  }
  return parts.slice(0, 2).join(' ') || 'less than a minute';
}

/** `3 days ago`, or `in 3 days`. */
export function ago(time, now) {
  if (!time) return 'never';
  const away = millis(time) - now;
  if (Math.abs(away) < 60_000) return 'just now';
  return away < 0 ? `${span(away)} ago` : `in ${span(away)}`;
}

const digits = new Map();

/** `$49.00`, as the currency has it. */
export function money(value, { sign = false } = {}) {
  if (!value) return '–';
  const { amount, currency } = value;
  const key = `${currency}${sign}`;
  if (!digits.has(key)) {
    const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol', signDisplay: sign ? 'exceptZero' : 'auto' };
    try { digits.set(key, new Intl.NumberFormat('en', options)); } catch { digits.set(key, null); }
  }
  const format = digits.get(key);
  if (!format) return `${amount} ${currency}`;
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits).replace('-', '−');
}

const digitsOf = (currency) => { try { return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits; } catch { return 2; } };
/** An amount in minor units as a field shows it, and what was typed as one; NaN where that is none. */
export const major = (amount, currency) => (amount / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));
export const minor = (text, currency) => (String(text).trim() === '' ? NaN : Math.round(Number(text) * 10 ** digitsOf(currency)));

export const number = (value) => Number(value ?? 0).toLocaleString('en');
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
/** `at-risk` as people read it: `At risk`. */
export const words = (text) => { const said = String(text).replaceAll('-', ' ').replace('white label', 'white-label'); return said.charAt(0).toUpperCase() + said.slice(1); };
export const titleOf = (client) => client.name ?? client.label ?? client.email ?? (client.erased ? 'Erased' : 'A link');

export function initials(title) {
  const parts = title.split(/[\s@.]+/u).filter(Boolean);
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 && !title.includes('@') ? parts.at(-1)[0] : '')).toUpperCase();
}

/** One of five tones, always the same for a text. */
export function tone(text) {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return `t${sum % 5}`;
}

/** `queued`, or the case of a variant and its reason. */
export function delivery(value) {
  if (!value) return null;
  if (typeof value === 'string') return { state: value, reason: null };
  const [state, reason] = Object.entries(value)[0];
  return { state, reason };
}

/** A name as an id; nothing where it has no Latin letters. */
export const slug = (name) => name.trim().toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || undefined;

/** The case of a variant. */
export const caseOf = (value) => (value && typeof value === 'object' ? Object.keys(value)[0] : value);
export const payloadOf = (value) => (value && typeof value === 'object' ? Object.values(value)[0] : null);

export const BADGES = { pending: 'yellow', 'link-invite': 'yellow', active: 'green', 'at-risk': 'orange', churned: 'grey', revoked: 'red' };
export const DELIVERIES = { queued: 'yellow', 'handed-over': 'green', failed: 'red', bounced: 'red' };
export const ACCOUNTS = { setup: 'yellow', trial: 'orange', active: 'green', disabled: 'grey', deleted: 'red' };
