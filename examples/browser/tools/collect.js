// Puts beside the compiled scripts what they need: pages, styles, and the component.
import { cpSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
for (const file of ['index.html', 'play.html', 'bench.html', 'style.css']) cpSync(new URL(`../${file}`, import.meta.url), new URL(file, dist));
cpSync(new URL('../../node/generated/component/', import.meta.url), new URL('node/generated/component/', dist), {
  recursive: true,
  filter: (path) => !path.endsWith('.d.ts') && !path.endsWith('/interfaces'),
});
