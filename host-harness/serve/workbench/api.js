// What the page asks of the service: the contract's functions, and the workbench's own interface.

import { state } from './state.js';
import { reach } from './transport.js';

/** What went wrong, as the service's problem document says it. */
export class Problem extends Error {
  constructor(document, status) {
    super(document.detail ?? document.title ?? `the service answered ${status}`);
    this.kind = String(document.type ?? '').split(':').at(-1);
    this.status = status;
    this.error = document.error ?? null;
  }

  /** What is wrong with each field. */
  get fields() { return this.error?.invalid ?? []; }

  /** For people: the first thing that is wrong. */
  get told() { return this.fields.length ? this.fields.map((it) => it.message).join('; ') : this.message; }
}

const PEOPLE = {
  owner: { id: 'olga', name: 'Olga', role: 'owner' },
  manager: { id: 'mia', name: 'Mia', role: 'manager' },
  viewer: { id: 'vic', name: 'Vic', role: 'viewer' },
};

export const actor = () => PEOPLE[state.get('role')] ?? PEOPLE.owner;

let askForKey = async () => null;
export const whenKeyIsNeeded = (ask) => { askForKey = ask; };

function headers(more = {}) {
  const key = sessionStorage.getItem('clientdesk-key');
  return key ? { ...more, authorization: `Bearer ${key}` } : more;
}

async function send(path, options = {}, again = true) {
  const { headers: more, ...rest } = options;
  let response;
  try {
    response = await reach(path, { ...rest, headers: headers(more), cache: 'no-store' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({ detail: 'the service can’t be reached: is it still running?' }, 0);
  }
  if (response.status === 401 && again) {
    const key = await askForKey();
    if (key) {
      sessionStorage.setItem('clientdesk-key', key);
      return send(path, options, false);
    }
  }
  if (response.ok) return response;
  const document = await response.json().catch(() => ({}));
  throw new Problem(document, response.status);
}

async function json(path, options) {
  const response = await send(path, options);
  return response.status === 204 ? null : response.json();
}

const post = (path, body, more = {}) => json(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...more } });

/** Calls any function with arguments by name. */
export const call = (name, args = {}, more) => post(`/v1/call/${name}`, args, more);
/** Calls a function of the agency in the name of the role in the bar. */
export const as = (name, args = {}, { role, agency, quote, acting } = {}) => call(name, {
  call: { agency: agency ?? state.get('agency'), actor: role ? PEOPLE[role] : actor(), ...(quote ? { quote } : {}), ...(acting ? { 'acting-as': acting } : {}) },
  ...args,
});

const query = (fields) => new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)).toString();

export const bench = {
  get: (name, fields = {}) => json(`/workbench/api/${name}?${query(fields)}`),
  post: (name, body = {}) => post(`/workbench/api/${name}`, body),
  text: async (name, fields = {}) => (await send(`/workbench/api/${name}?${query(fields)}`)).text(),
};

export const document_ = () => json('/openapi.json');

/** Every page of a list: `pages('brands.list', {}, 'brands')`. */
export async function all(name, args, field, most = 1000) {
  const found = [];
  let cursor = null;
  do {
    const page = await as(name, { ...args, page: { limit: 100, cursor } });
    found.push(...page[field]);
    cursor = page.next ?? null;
  } while (cursor && found.length < most);
  return found;
}

/** Follows the log of an agency from after an entry on; gives what stops it. */
export function follow(agency, after, onEntry, onState) {
  const stop = new AbortController();
  let last = after;
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        const response = await send(`/v1/events?${query({ agency, after: last })}`, { signal: stop.signal });
        onState?.(true);
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let text = '';
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          text += value;
          const events = text.split('\n\n');
          text = events.pop();
          for (const event of events) {
            const data = event.split('\n').find((line) => line.startsWith('data: '));
            if (!data) continue;
            const entry = JSON.parse(data.slice(6));
            last = entry.number;
            onEntry(entry);
          }
        }
      } catch (error) {
        if (stop.signal.aborted) return;
      }
      onState?.(false);
      await new Promise((resolve) => { setTimeout(resolve, 1500); });
    }
  };
  run();
  return () => stop.abort();
}
