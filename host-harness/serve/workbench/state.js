// What is looked at stands in the address, so that a situation can be passed on as a link:
// `#clients?agency=acme&role=owner&status=at-risk&client=…&ahead=86400000`.

const SCREENS = ['clients', 'portal', 'outbox', 'time', 'log'];
const KEPT = ['agency', 'role', 'ahead'];
/** What belongs to one agency. */
const OWN = ['client', 'account', 'mail', 'entry', 'at', 'payer', 'new', 'invite'];
const listeners = new Set();

function read() {
  const [screen, query] = location.hash.slice(1).split('?');
  return { screen: SCREENS.includes(screen) ? screen : 'clients', fields: new URLSearchParams(query ?? '') };
}

let now = read();

function write(screen, fields) {
  for (const [key, value] of [...fields]) if (value === '') fields.delete(key);
  const query = fields.toString();
  // With the path: what begins with `#` is taken for a link within a page.
  return `${location.pathname}#${screen}${query ? `?${query}` : ''}`;
}

export const state = {
  get screen() { return now.screen; },
  get: (key) => now.fields.get(key),

  /** The address of a screen, with what is kept from one to another. */
  to(screen, fields = {}) {
    const next = new URLSearchParams();
    for (const key of KEPT) if (now.fields.get(key)) next.set(key, now.fields.get(key));
    for (const [key, value] of Object.entries(fields)) if (value !== null && value !== undefined) next.set(key, value);
    return write(screen, next);
  },

  /** The address of this screen with some fields changed; null takes one away. */
  with(fields) {
    const next = new URLSearchParams(now.fields);
    for (const [key, value] of Object.entries(fields)) {
      if (value === null || value === undefined) next.delete(key);
      else next.set(key, value);
    }
    return write(now.screen, next);
  },

  /** Goes there; `quietly`: without a step to go back by. */
  go(address, { quietly = false } = {}) {
    if (quietly) {
      history.replaceState(null, '', address);
      changed();
    } else {
      location.assign(address);
    }
  },

  set(fields, options) { state.go(state.with(fields), options); },
  /** To another agency: what is one agency's own doesn't come along. */
  turn(agency) { state.set({ agency, ...Object.fromEntries(OWN.map((key) => [key, null])) }); },
  listen(listener) { listeners.add(listener); return () => listeners.delete(listener); },
};

function changed() {
  const before = now;
  now = read();
  for (const listener of listeners) listener(before);
}

addEventListener('hashchange', changed);
