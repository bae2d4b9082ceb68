// How the page reaches what answers it: the component in this browser, in place of a service.

import { beginAnew, reach } from './alone/workbench/src/alone.js';

export { reach };

/** Where `clientdesk serve` would be. */
export const origin = 'http://127.0.0.1:8700';

export const placeOf = (path) => path;
export const pathOf = (frame) => frame.contentWindow.location.pathname;

export const alone = {
  text: 'In this browser alone',
  title: 'No service: what you do here stays in this browser',
  commands: [['Begin anew, with the sample', beginAnew]],
};
