// The sample that the page begins with: what `clientdesk serve --workbench` makes in a new store, row by row and mail by mail.
// `CLIENTDESK` names the command; it is in `target/release` otherwise.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = process.env['CLIENTDESK'] ?? fileURLToPath(new URL('../../../target/release/clientdesk', import.meta.url));
const Database = createRequire(new URL('../../node/package.json', import.meta.url))('better-sqlite3');
/** Where `clientdesk serve` is, if nothing else is said: links of the sample's mails lead there. */
const SERVICE = 'http://127.0.0.1:8700';

export async function sample() {
  const place = mkdtempSync(join(tmpdir(), 'workbench-'));
  const store = join(place, 'clients.sqlite');
  const service = spawn(command, ['serve', '--workbench', '--json', '--store', store, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  service.stderr.on('data', (data) => { said += data; });
  const gone = new Promise((resolve) => { service.on('exit', resolve); });
  try {
    const first = createInterface(service.stdout)[Symbol.asyncIterator]().next();
    const { value: line } = await Promise.race([first, gone.then(() => ({ value: undefined }))]);
    if (line === undefined) throw new Error(`${command} has ended: ${said}`);
    const { address, sample: agency } = JSON.parse(line);
    const ask = async (/** @type {string} */ path) => (await fetch(`${address}/workbench/api/${path}`)).json();
    const mails = [];
    for (const { id, to } of (await ask(`mails?agency=${agency}`)).mails.reverse()) {
      const { subject, 'sender-name': senderName, 'reply-to': replyTo, text, html } = await ask(`mails/${agency}/${id}`);
      mails.push({ id, agency, senderName, replyTo: replyTo ?? undefined, to, subject, text, html });
    }
    const at = Date.now();
    service.kill('SIGINT');
    await gone;
    const database = new Database(store, { readonly: true });
    // What begins with `host/` is the host's own.
    const rows = database.prepare("SELECT key, value FROM entries WHERE key NOT LIKE 'host/%' ORDER BY key").raw().all();
    database.close();
    const { keys } = JSON.parse(readFileSync(`${store}.keys.json`, 'utf8'));
    return JSON.parse(JSON.stringify({ at, keys, rows, mails }).replaceAll(address, SERVICE));
  } finally {
    service.kill();
    rmSync(place, { recursive: true, force: true });
  }
}
