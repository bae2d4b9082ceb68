// Opening the component in Node: from the files beside this one, compiled once for a process.
import { readFile } from 'node:fs/promises';

import type { Clientdesk, Modules } from './clientdesk.js';
import { compile, open } from './clientdesk.js';
import type { Host } from './ports.js';

const FOLDER = new URL('../generated/component/', import.meta.url);

let compiled: Promise<Modules> | undefined;

/** The component on a host. */
export async function openClientdesk(host: Host): Promise<Clientdesk> {
  compiled ??= compile((file) => readFile(new URL(file, FOLDER)));
  return open(await compiled, host);
}
