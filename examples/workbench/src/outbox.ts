// The outbox: each mail with what it says, and what is said to it.
import type { Message } from '../../node/src/ports.js';
import { saying } from './bench.js';
import type { Desk } from './desk.js';
import { all } from './desk.js';
import { Refused } from './problem.js';
import type { Json } from './values.js';
import { spellAnswer } from './values.js';

const PAGE = 200;
const LISTED_MAX = 500;
/** A mail may look as it likes, and do and load nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The newest first, with their subjects where they are known. */
export function list(desk: Desk, agency: string): Json {
  const mails = all(desk.clientdesk, 'jobs.outbox', agency, 'mails', PAGE).reverse().slice(0, LISTED_MAX);
  const spelled = spellAnswer('jobs.outbox', { mails, next: null }).mails;
  return { mails: spelled.map((mail: Json) => ({ ...mail, subject: desk.world.mail.message(mail.id)?.subject ?? null })) };
}

/** What a mail says. Its frame is an address that holds all of it. */
export function show(desk: Desk, id: string): Json {
  const mail = desk.world.mail.message(id);
  if (!mail) throw Refused.noSuchPlace('what this mail said isn’t kept any more');
  const { subject, senderName, replyTo = null, text, html } = mail;
  return { id, subject, 'sender-name': senderName, 'reply-to': replyTo, text, html, frame: framed(desk, mail), source: source(mail) };
}

/** It came back, or this is said to it the next time. */
export function say(desk: Desk, agency: string, id: string, { say: said, reason }: Json): Json {
  if (said === 'bounce') return desk.heard('jobs.report-bounce', { agency, mail: id, reason: reason ?? 'mailbox is gone' });
  desk.world.mail.single.set(id, saying(said));
  return { next: said };
}

/** A mail for a frame: its links open this page, on the screen that shows the portal. */
function framed(desk: Desk, { agency, html }: Message): string {
  const answer = desk.call('agencies.get', { id: agency });
  const home = 'ok' in answer && answer.ok ? (answer.ok as { 'portal-address': string })['portal-address'] : undefined;
  const linked = html.replace(/href="(https?:[^"]*)"/g, (whole, link: string) => {
    if (home === undefined || !link.startsWith(home)) return whole;
    const at = encodeURIComponent(link.replaceAll('&amp;', '&')).replaceAll('%2F', '/').replaceAll('%3A', ':');
    return `href="${location.origin}${location.pathname}#portal?agency=${agency}&amp;at=${at}" target="_blank"`;
  });
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(linked.replace(/<head[^>]*>/i, (head) => `${head}${policy}`))}`;
}

/** As a mail server would take it, in short. */
function source({ id, senderName, replyTo, to, subject, text, html }: Message): string {
  const lines = [`Message-ID: <${id}@clientdesk.example>`, `From: ${senderName} <desk@clientdesk.example>`, ...(replyTo ? [`Reply-To: ${replyTo}`] : []), `To: ${to}`, `Subject: ${subject}`, 'MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary="part"'];
  const part = (kind: string, body: string) => `--part\nContent-Type: ${kind}; charset=utf-8\n\n${body}\n`;
  return `${lines.join('\n')}\n\n${part('text/plain', text)}\n${part('text/html', html)}\n--part--\n`;
}
