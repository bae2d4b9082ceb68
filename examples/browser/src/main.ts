// The page: opens the component on what the browser kept, and shows it.
import { open } from '../../node/src/clientdesk.js';
import { ClientdeskError } from '../../node/src/errors.js';
import { showBill } from './bill.js';
import { inviteForm, showClients } from './clients.js';
import type { Desk } from './desk.js';
import { AGENCY, runJobs } from './desk.js';
import { byId, day, given } from './dom.js';
import { compiled, pageHost } from './host.js';
import { showLog } from './log.js';
import { showMails } from './mails.js';

const status = byId('status');

function tell(text: string, isBad = false): void {
  status.textContent = text;
  status.classList.toggle('bad', isBad);
}

/** Everything, as it is now. */
function show(desk: Desk): void {
  const now = byId<HTMLTimeElement>('now');
  const time = desk.host.clock.now();
  now.dateTime = time.toISOString();
  now.textContent = `${day(time)}, ${time.toISOString().slice(11, 16)} UTC`;
  const agency = desk.clientdesk.agencies.get(AGENCY);
  byId('begin').hidden = agency !== undefined;
  byId('desk').hidden = byId('reset').hidden = byId('ahead').hidden = agency === undefined;
  byId('title').textContent = agency?.name ?? 'Clientdesk';
  if (!agency) return;
  showClients(desk);
  showBill(desk);
  showMails(desk);
  showLog(desk);
}

function createForm(desk: Desk): void {
  const form = byId<HTMLFormElement>('create');
  form.onsubmit = (event) => {
    event.preventDefault();
    const isDone = desk.tried(() => {
      const name = given(form, 'name');
      desk.clientdesk.agencies.create({
        id: AGENCY,
        name,
        notificationEmail: 'office@agency.example',
        billingInterval: 'monthly',
        portalAddress: 'https://clients.agency.example',
      });
      const brands = given(form, 'brands').split(',').map((brand) => brand.trim()).filter(Boolean);
      for (const brand of brands) desk.olga.brands.create({ name: brand, id: brand.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 64) });
      return `${name} is there, with ${brands.length === 1 ? 'one brand' : `${brands.length} brands`}`;
    });
    if (isDone) byId<HTMLFormElement>('invite').querySelector('input')?.focus();
  };
}

function clockButtons(desk: Desk): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-days]')) {
    button.onclick = () => desk.act(() => {
      desk.host.clock.move(Number(button.dataset['days']));
      const done = runJobs(desk.clientdesk);
      return `It is ${day(desk.host.clock.now())}: ${done === 0 ? 'nothing was due' : done === 1 ? 'one job was due, and is done' : `${done} jobs were due, and are done`}`;
    });
  }
}

async function start(): Promise<void> {
  const [modules, host] = await Promise.all([compiled(), pageHost()]);
  const clientdesk = open(modules, host);
  const desk: Desk = {
    clientdesk,
    host,
    olga: clientdesk.as({ agency: AGENCY, actor: { id: 'olga', name: 'Olga', role: 'owner' } }),
    act: (what) => void desk.tried(what),
    tried: (what) => {
      try {
        tell(what());
        return true;
      } catch (error) {
        if (!(error instanceof ClientdeskError)) throw error;
        tell(error.message, true);
        return false;
      } finally {
        show(desk);
      }
    },
  };
  host.storage.onFailure = (error) => tell(`The browser doesn't keep this any more: ${error?.message ?? 'it is full'}`, true);
  byId('reset').onclick = async () => {
    await host.storage.delete();
    location.reload();
  };
  createForm(desk);
  inviteForm(desk);
  clockButtons(desk);
  show(desk);
}

// Rows in memory are one page's: another one would not see what this one does.
void navigator.locks.request('clientdesk', { ifAvailable: true }, async (lock) => {
  if (!lock) return tell('Clientdesk is open in another tab. Close it there, and load this page again.', true);
  await start();
  await new Promise(() => {}); // until the page is closed
});
