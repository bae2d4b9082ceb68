// Plays recordings in a browser, for the tests: `window.playRecordings(addresses)`.
import { MemoryStorage } from '../../node/host/memory.js';
import type { Played } from '../../node/player/story.js';
import { nothingPlayed, play } from '../../node/player/story.js';
import { compiled } from './host.js';

declare global {
  interface Window {
    playRecordings?: (addresses: string[]) => Promise<Played>;
  }
}

const modules = await compiled();

window.playRecordings = async (addresses) => {
  const played = nothingPlayed();
  for (const address of addresses) play(modules, await (await fetch(address)).text(), new MemoryStorage(), played, false);
  return played;
};
