// Serves the static folder on this machine alone, as any server of static files would. `npm start` runs it.
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

import { serve } from '../../browser/tools/serve.js';

const { url } = await serve(Number(argv[2] ?? 4174), {}, fileURLToPath(new URL('../../../target/workbench-alone/', import.meta.url)));
console.log(`The workbench alone: ${url}`);
