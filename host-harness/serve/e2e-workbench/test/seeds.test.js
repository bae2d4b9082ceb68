// The whole story of an agency and its clients, by clicking: one service, one store, chapter after chapter. `story/README.md` has the list of what is seen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, page as open, service } from '../service.js';
import { World } from '../story/world.js';

const CHAPTERS = ['agency', 'invite', 'sign-up', 'brands', 'slipping', 'revoke', 'accounts', 'on-behalf', 'deletion'];

let desk;
let chromium;
let world;
let broken = false;

/** In a browser alone, `alone.test.js` has what there is of the portal. */
const skip = Boolean(process.env.ALONE) && 'it needs a service';

before(async () => {
  if (skip) return;
  desk = await service();
  chromium = await browser();
  world = new World(desk, await open(chromium));
});
after(async () => { await chromium?.close(); await desk?.end(); });

for (const chapter of CHAPTERS) {
  const { default: steps } = await import(`../story/${chapter}.js`);
  for (const [title, step] of Object.entries(steps)) {
    test(`${chapter}: ${title}`, { skip }, async (at) => {
      // Each step begins where the one before it ended.
      if (broken) { at.skip('a step before it failed'); return; }
      try {
        await step(world);
        assert.deepEqual(world.page.complaints, []);
      } catch (error) {
        broken = true;
        // A folder for a picture of what went wrong.
        if (process.env.SHOTS) await world.page.screenshot({ path: `${process.env.SHOTS}/failed.png` });
        throw error;
      }
    });
  }
  test(`${chapter}: looked at`, { skip }, async (at) => {
    if (broken) { at.skip('a step before it failed'); return; }
    await world.look(chapter);
  });
}
