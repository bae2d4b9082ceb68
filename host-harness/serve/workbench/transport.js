// How the page reaches what answers it: the service that it came from. Where it runs in a browser alone, another file with
// the same names stands in place of this one.

/** Asks, as `fetch` does. */
export const reach = (path, options) => fetch(path, options);

/** Where the service is, for links and for calls from elsewhere. */
export const origin = location.origin;

/** Where a page of the portal is, for a frame or a tab. */
export const placeOf = (path) => path;

/** The path of the portal's page that a frame shows. */
export const pathOf = (frame) => frame.contentWindow.location.pathname;

/** What is said where no service runs, and what can be done there only: `{ text, title, commands }`. */
export const alone = null;
