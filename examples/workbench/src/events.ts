// An agency's log as it grows, as server-sent events.
import type { Desk } from './desk.js';
import { Refused } from './problem.js';
import type { Json } from './values.js';
import { spellAnswer } from './values.js';

const PAGE = 100;
const DEVELOPMENT = { id: 'development', name: 'Development', role: 'owner' };

/** Follows a log from behind an entry on, until the signal says stop. */
export function follow(desk: Desk, agency: string, after: number, signal: AbortSignal | null | undefined): Response {
  let last = after;
  const read = (): Json[] => {
    const answer = desk.call('audit.read', { call: { agency, actor: DEVELOPMENT }, after: last, limit: PAGE });
    if ('err' in answer) throw Refused.by(answer.err);
    return spellAnswer('audit.read', answer.ok).entries;
  };
  // Whoever asks for what can't be had is told so, instead of a stream that says nothing.
  const first = read();
  const encoder = new TextEncoder();
  let leave = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const pass = (entries: Json[]) => {
        for (const entry of entries) {
          last = entry.number;
          controller.enqueue(encoder.encode(`id: ${entry.number}\nevent: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n\n`));
        }
      };
      pass(first);
      leave = desk.listen(() => {
        // A store that can't be read just now can be later: the stream goes on.
        try { pass(read()); } catch (error) { if (!(error instanceof Refused)) throw error; }
      });
      signal?.addEventListener('abort', () => {
        leave();
        controller.error(signal.reason);
      });
    },
    cancel() {
      leave();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
