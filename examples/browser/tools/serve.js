// Serves `dist/` on this machine alone, as any server of static files would. `npm start` runs it.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const TYPES = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.json', 'application/json'],
  ['.jsonl', 'application/x-ndjson'],
  ['.svg', 'image/svg+xml'],
  ['.wasm', 'application/wasm'],
]);

/** Serves folders: the first has the pages, the others lie under names. @param {number} port @param {Record<string, string>} [more] @param {string} [dist] */
export async function serve(port, more = {}, dist = fileURLToPath(new URL('../dist/', import.meta.url))) {
  const server = createServer((request, response) => {
    const asked = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
    const path = asked.endsWith('/') ? `${asked}index.html` : asked;
    const name = Object.keys(more).find((name) => path.startsWith(`/${name}/`));
    const file = name ? join(more[name] ?? '', path.slice(name.length + 1)) : join(dist, path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES.get(extname(file)) ?? 'application/octet-stream', 'cache-control': 'no-cache' });
    createReadStream(file).pipe(response);
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', () => listening(undefined)));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/` };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(Number(argv[2] ?? 4173));
  console.log(`Clientdesk in a page: ${url}`);
}
