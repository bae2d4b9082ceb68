// A host for tests: an agency with a brand, in memory or on another store.
import { KeptMail, ManualClock, MemoryStorage, SystemSecrets } from '../host/index.js';
import type { Call, Host } from '../src/index.js';
import { openClientdesk } from '../src/index.js';

export const OLGA: Call = { agency: 'acme', actor: { id: 'olga', name: 'Olga', role: 'owner' } };

export async function desk(given: Partial<Host> = {}) {
  const mail = new KeptMail();
  const clock = new ManualClock(new Date('2026-09-01'));
  const clientdesk = await openClientdesk({ storage: new MemoryStorage(), secrets: SystemSecrets.ephemeral(), mail, clock, ...given });
  return { clientdesk, mail, clock, olga: clientdesk.as(OLGA) };
}

export async function deskWithBrand(given: Partial<Host> = {}) {
  const made = await desk(given);
  made.clientdesk.agencies.create({
    id: 'acme',
    name: 'Acme',
    notificationEmail: 'office@acme.example',
    billingInterval: 'monthly',
    portalAddress: 'https://clients.acme.example',
  });
  made.olga.brands.create({ id: 'nike', name: 'Nike' });
  return made;
}
