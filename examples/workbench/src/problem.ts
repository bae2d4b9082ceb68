// What goes wrong, as the service's problem documents (RFC 9457) say it.
import type { Json } from './values.js';
import { spelled, spellError } from './values.js';

/** An answer that says what went wrong. */
export class Refused extends Error {
  constructor(readonly status: number, readonly kind: string, readonly title: string, detail: string, readonly error?: Json) {
    super(detail);
  }

  /** There is nothing at this address. */
  static noSuchPlace = (detail: string) => new Refused(404, 'not-found', 'There is no such thing', detail);
  /** The request can't be read. */
  static malformed = (detail: string) => new Refused(400, 'malformed', 'The request can’t be read', detail);
  /** The component failed. */
  static failed = (detail: string) => new Refused(500, 'internal', 'The service failed', detail);
  /** This page may not answer any more. */
  static elsewhere = () => new Refused(503, 'unavailable', 'The service can’t do this just now', 'the workbench went on in another tab: load this page again to go on here');
  /** An argument that doesn't fit its type. */
  static argument = (field: string, code: string, message: string) => Refused.by({ invalid: [{ field, code, message }] });

  /** What the component refused: its error, in the contract's words. */
  static by(error: Json): Refused {
    const [kind, payload] = typeof error === 'string' ? [error, null] : (Object.entries(error)[0] as [string, Json]) ?? ['other', null];
    if (kind === 'trap') return Refused.failed(`the component failed: ${payload}`);
    const [status, title] = statusOf(kind, payload);
    return new Refused(status, kind, title, detailOf(kind, payload), spellError(error));
  }

  response(): Response {
    const { status, kind, title, message, error } = this;
    const document = { type: `urn:clientdesk:problem:${kind}`, title, status, detail: message, ...(error === undefined ? {} : { error }) };
    return new Response(JSON.stringify(document), { status, headers: { 'content-type': 'application/problem+json' } });
  }
}

const STATUSES = new Map<string, [number, string]>([
  ['invalid', [422, 'Some arguments are wrong']],
  ['not-found', [404, 'There is no such thing']],
  ['denied', [403, 'The caller may not do this']],
  ['conflict', [409, 'The state of things doesn’t allow this']],
  ['exists', [409, 'It exists already']],
  ['expired', [410, 'It is over']],
  ['limit', [409, 'A limit was reached']],
  ['busy', [503, 'Others kept changing the same things']],
  ['unavailable', [503, 'The service can’t do this just now']],
  ['corrupt', [500, 'A stored row is damaged']],
]);

function statusOf(kind: string, payload: Json): [number, string] {
  if (kind === 'limit' && typeof payload?.wait === 'number') return [429, 'A limit was reached, for a while'];
  if (kind === 'other' && payload?.code === 'too-large') return [413, 'It is too large'];
  return STATUSES.get(kind) ?? [422, 'It was refused'];
}

/** What happened, for people. */
function detailOf(kind: string, payload: Json): string {
  if (kind === 'invalid') return payload.map((it: Json) => `${it.field}: ${it.message}`).join('; ');
  if (kind === 'expired') return `it was valid until ${spelled(payload)}`;
  if (kind === 'limit') return `\`${payload.limit}\`: ${payload.allowed} are allowed, and there would be ${payload.asked}`;
  if (kind === 'busy') return 'other calls kept changing the same things: try again';
  return typeof payload === 'string' ? payload : payload?.message ?? '';
}
