// What the portal's pages say of a refusal.

const DENIED = {
  'wrong-password': 'The e-mail address or the password isn’t right.',
  revoked: 'Your access to this portal was removed.',
  pending: 'Your invitation is still open: use the link in its e-mail first.',
  unverified: 'We don’t know yet that this address is yours. Choose a new password by e-mail first, then open the invitation again.',
  address: 'This invitation is for another e-mail address.',
  account: 'There is nothing to look at yet, or not any more just now. Please try again later.',
  agency: 'This portal is closed for the time being.',
  'no-export': 'You may look at everything here, but not export it.',
  'account-feature': 'Exports aren’t part of what your company has booked.',
  feature: 'You don’t have access to this part of the portal.',
  brand: 'You don’t have access to this brand, or not any more.',
  'read-only': 'You are signed in to look only.',
};
const OTHERS = {
  exists: 'There is a log-in with this address already.',
  busy: 'Others were quicker. Please try again.',
  unavailable: 'This can’t be done just now. Please try again in a few minutes.',
  limit: 'That was tried very often. Please wait a little.',
  conflict: 'This isn’t possible any more: things have changed meanwhile.',
};
const LABELS = { email: 'The e-mail address', name: 'The name', password: 'The password' };

/** `1 September 2026, 12:00 UTC`. */
export function moment(time) {
  const at = new Date(time);
  const day = at.toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  return `${day}, ${at.toLocaleTimeString('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })} UTC`;
}

/** What became of a link, to whoever holds it. */
function gone(text) {
  if (/\bused\b/.test(text)) return 'This link was used already.';
  if (/\breplaced\b/.test(text)) return 'There is a newer link than this one: look for the latest e-mail.';
  if (/\bwithdrawn\b/.test(text)) return 'This invitation was withdrawn.';
  return 'This link doesn’t lead anywhere. Please check that it is complete.';
}

/** Why something was refused, for clients. */
export function sentence({ kind, error, message }) {
  if (kind === 'denied') return DENIED[error.denied.code] ?? 'You may not do this.';
  if (kind === 'expired') return `It was good until ${moment(error.expired)}.`;
  if (kind === 'not-found') return gone(message);
  return OTHERS[kind] ?? 'This can’t be done. Please ask for help.';
}

/** What is wrong with a field. */
export function wrong({ field, code, message }) {
  const label = LABELS[field] ?? field;
  return code === 'empty' ? `${label} is missing.` : `${label} ${message.replaceAll('`', '')}.`;
}
