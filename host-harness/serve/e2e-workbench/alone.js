// The static folder of the workbench, on a server of files and below a path, in place of a service: `ALONE` names the folder.
// What a test calls beside the page, the page itself is asked for: nothing else knows its store.

import { serve } from '../../../examples/browser/tools/serve.js';

const actor = { id: 'olga', name: 'Olga', role: 'owner' };
const AGENCY = { id: 'acme', name: 'Acme', 'notification-email': 'office@acme.example', 'billing-interval': 'monthly', 'portal-address': 'http://127.0.0.1:8700/portal/acme' };

let address = '';
/** The page that a test looks at. */
let shown = null;

async function ask(path, options) {
  const { status, text } = await shown.evaluate(async ([path_, options_]) => {
    const { reach } = await import(new URL('transport.js', location.href).href);
    const response = await reach(path_, options_);
    return { status: response.status, text: await response.text() };
  }, [path, options]);
  if (status >= 400) throw new Error(`${path}: ${status} ${text}`);
  return status === 204 ? null : JSON.parse(text);
}

const post = (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) });

/** Looks at a page that asks for nothing beside the folder; `sampled`: its store has the sample, else an empty agency. */
export async function watched(page, sampled) {
  shown = page;
  page.on('request', (request) => { if (!request.url().startsWith(`${address}/workbench/`) && !request.url().startsWith('data:')) page.complaints.push(`asked for ${request.url()}`); });
  if (!sampled) {
    const key = { id: 'k-1', bytes: Buffer.alloc(32, 7).toString('base64') };
    await page.route('**/sample.json', (route) => route.fulfill({ json: { at: Date.now(), keys: [key], rows: [], mails: [] } }));
  }
  await page.goto(`${address}/workbench/icon.svg`);
  if (!sampled) await post('/v1/call/agencies.create', { agency: AGENCY });
}

/** Serves the folder; gives its address and what ends it. */
export async function alone(folder) {
  const { server, url } = await serve(0, { 'some/path/workbench': folder });
  address = `${url}some/path`;
  return {
    address,
    call: (name, args = {}) => post(`/v1/call/${name}`, args),
    as: (agency, name, args = {}) => post(`/v1/call/${name}`, { call: { agency, actor }, ...args }),
    bench: (name, body) => post(`/workbench/api/${name}`, body),
    look: (name) => ask(`/workbench/api/${name}`),
    end: () => server.close(),
  };
}
