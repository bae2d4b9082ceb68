// The portal in a browser alone, by the component's own functions and the service's style sheet. One's profile, colleagues
// and who signed in on one's behalf are the service's only: nothing here leads there.

import { accepting, confirm, forgot, invite, logIn, onBehalf, reset } from './doors.js';
import { feature, home, plans } from './inside.js';
import { paint } from './palette.js';
import { here, notice, sentence, theme } from './parts.js';

const PAGES = {
  '': home, pages: feature, plans, invite, accept: accepting,
  'log-in': logIn, 'forgot-password': forgot, 'reset-password': reset, 'confirm-email': confirm, 'on-behalf': onBehalf,
};
const SERVED = ['profile', 'colleagues', 'sign-ins'];

const served = () => notice('This page is made by the service', 'Profiles, colleagues and sign-ins on somebody’s behalf are shown by clientdesk serve.');
const nothing = () => notice('There is nothing here', 'Please check the address, or begin at the portal’s first page.');

try {
  paint(await theme);
  await (PAGES[here.page] ?? (SERVED.includes(here.page) ? served : nothing))();
} catch (problem) {
  const main = document.createElement('main');
  main.textContent = `This doesn’t work just now: ${sentence(problem)}`;
  document.body.replaceChildren(main);
}
