// How the page reaches what answers it: the component in this browser, in place of a service.

import { beginAnew, reach as own } from './alone/workbench/src/alone.js';

/** What answers the page that holds this one in a frame: the two have one store. */
function held() {
  try { return window.parent === window ? null : window.parent.clientdeskReach; } catch { return null; }
}

window.clientdeskReach = own;

export const reach = async (path, options) => {
  // The portal's pages are here, in one file.
  if (path.startsWith('/portal/')) return new Response(null, { status: 200 });
  return (held() ?? own)(path, options);
};

/** Where `clientdesk serve` would be. */
export const origin = 'http://127.0.0.1:8700';

export const placeOf = (path) => `portal.html?at=${encodeURIComponent(path).replaceAll('%2F', '/')}`;
export const pathOf = (frame) => new URLSearchParams(frame.contentWindow.location.search).get('at') ?? '';

export const alone = {
  text: 'In this browser alone',
  title: 'No service: what you do here stays in this browser',
  commands: [['Begin anew, with the sample', beginAnew]],
};
