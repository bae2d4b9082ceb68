// What the wrapper promises: native values in, native values out, and errors that can be caught by class.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MemoryStorage } from '../host/index.js';
import { ConflictError, DeniedError, ExistsError, InvalidError, NotFoundError, UnavailableError } from '../src/index.js';
import { desk, deskWithBrand } from './desk.js';

/** The error that something throws. */
function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('times are dates, numbers are numbers, and what is missing is left out', async () => {
  const { olga } = await deskWithBrand();
  const accessEndsAt = new Date('2026-10-01');
  const { client } = olga.clients.inviteByEmail({ email: 'ann@nike.example', brands: ['nike'], accessEndsAt });
  const found = olga.clients.get(client);
  assert.deepEqual(found?.createdAt, new Date('2026-09-01'));
  assert.deepEqual(found?.grants[0]?.endsAt, accessEndsAt);
  assert.equal(found?.lastLogIn, undefined);
  assert.deepEqual(found?.delivery, { tag: 'handed-over' });
  const { runRate } = olga.billing.summary();
  assert.deepEqual(runRate, { amount: 4_900, currency: 'USD' });
});

test('JSON never fails, of anything that is answered or thrown', async () => {
  const { olga, clientdesk } = await deskWithBrand();
  olga.clients.inviteByEmail({ email: 'ann@nike.example', brands: ['nike'] });
  const answers = [olga.billing.ledger({ limit: 10 }), olga.audit.head(), olga.clients.counts(), clientdesk.catalog.get()];
  for (const answer of answers) assert.ok(JSON.parse(JSON.stringify(answer)));
  const refused = thrown(() => olga.brands.create({ id: 'nike', name: 'Nike' }));
  assert.equal(JSON.parse(JSON.stringify(refused)).tag, 'exists');
});

test('each refusal has a class, a tag and a message', async () => {
  const { olga, clientdesk } = await deskWithBrand();
  const viewer = clientdesk.as({ agency: 'acme', actor: { id: 'eve', name: 'Eve', role: 'viewer' } });
  assert.ok(thrown(() => olga.brands.create({ id: 'nike', name: 'Nike' })) instanceof ExistsError);
  assert.ok(thrown(() => olga.clients.revoke('nobody')) instanceof NotFoundError);
  const denied = thrown(() => viewer.brands.create({ name: 'Puma' }));
  assert.ok(denied instanceof DeniedError && denied.code === 'role' && denied.tag === 'denied');
  const { client } = olga.clients.inviteByEmail({ email: 'ann@nike.example', brands: ['nike'] });
  olga.clients.revoke(client);
  const conflict = thrown(() => olga.clients.resend(client));
  assert.ok(conflict instanceof ConflictError && conflict.state === 'revoked');
  const invalid = thrown(() => olga.clients.inviteByEmail({ email: 'ann', brands: [] }));
  assert.ok(invalid instanceof InvalidError);
  assert.deepEqual(invalid.fields.map(({ field }) => field), ['invite.email', 'invite.brands']);
});

test('rows of many have the same errors, as values', async () => {
  const { olga } = await deskWithBrand();
  const [first, second] = olga.clients.inviteMany([{ email: 'ann@nike.example', brands: ['nike'] }, { email: 'ben', brands: ['nike'] }]);
  assert.equal(first?.tag, 'done');
  assert.ok(second?.tag === 'refused' && second.val instanceof InvalidError);
});

test('what JavaScript would silently turn into something else is refused, by the name of the field', async () => {
  const { olga, clientdesk } = await deskWithBrand();
  const wrong = (act: () => unknown) => {
    const error = thrown(act);
    assert.ok(error instanceof InvalidError, String(error));
    return error.message;
  };
  const loose = (value: unknown) => value as never;
  assert.match(wrong(() => olga.audit.read(2 ** 53, 10)), /^after: it is 9007199254740992; give a whole number from 0 to 9007199254740991$/);
  assert.match(wrong(() => olga.audit.read(-1, 10)), /^after: /);
  assert.match(wrong(() => olga.audit.read(1.5, 10)), /^after: /);
  assert.match(wrong(() => olga.audit.read(0, 2 ** 32)), /^limit: .* to 4294967295$/);
  assert.match(wrong(() => olga.audit.read(loose(1n), 10)), /^after: it is 1; give a number$/);
  assert.match(wrong(() => clientdesk.portal.open(loose(undefined))), /^token: it is undefined; give a string$/);
  assert.match(wrong(() => clientdesk.portal.open('\ud800')), /^token: it has half of a surrogate pair/);
  const invite = (more: object) => () => olga.clients.inviteByEmail({ email: 'a@b.example', brands: ['nike'], ...more });
  assert.match(wrong(invite({ accessEndsAt: 1 })), /^invite\.access-ends-at: it is 1; give a Date$/);
  assert.match(wrong(invite({ accessEndsAt: new Date(NaN) })), /no date at all/);
  assert.match(wrong(invite({ accessEndsAt: new Date(-1) })), /from 1970 on/);
  assert.match(wrong(invite({ brands: 'nike' })), /^invite\.brands: it is "nike"; give an array$/);
  assert.match(wrong(invite({ brands: ['nike', 7] })), /^invite\.brands\[1\]: it is 7; give a string$/);
  assert.match(wrong(invite({ acessEndsAt: new Date() })), /^invite\.acessEndsAt: there is no such field; there are email, /);
  assert.match(wrong(() => olga.agencies.setInterval(loose('weekly'))), /give one of monthly, annual$/);
  assert.match(wrong(() => olga.billing.ledger({ limit: 1 }, { payer: loose('agency') })), /give \{ tag, val \}, tagged with one of account, agency$/);
  assert.equal(olga.clients.counts().all, 0, 'nothing was done');
});

test('a store that throws is unavailable, and the next call works', async () => {
  const storage = new MemoryStorage();
  const { olga } = await deskWithBrand({ storage });
  storage.get = () => { throw new Error('the disk is on fire'); };
  const failed = thrown(() => olga.clients.counts());
  assert.ok(failed instanceof UnavailableError);
  assert.match(failed.message, /the disk is on fire/);
  storage.get = MemoryStorage.prototype.get;
  assert.equal(olga.clients.counts().all, 0);
});

test('a clock that throws ends the call, and the next one has a new instance', async () => {
  const { olga, clock } = await deskWithBrand();
  clock.now = () => { throw new Error('no time'); };
  assert.throws(() => olga.clients.counts(), /no time/);
  clock.now = () => clock.time;
  assert.equal(olga.clients.counts().all, 0);
});

test('mail that can\'t be handed over is tried again later', async () => {
  const { olga, mail, clock, clientdesk } = await deskWithBrand();
  const send = mail.send.bind(mail);
  mail.send = () => { throw new Error('the line is dead'); };
  const { delivery } = olga.clients.inviteByEmail({ email: 'ann@nike.example', brands: ['nike'] });
  assert.deepEqual(delivery, { tag: 'queued' });
  assert.match(olga.jobs.outbox({ limit: 1 }).mails[0]?.lastProblem ?? '', /the line is dead/);
  mail.send = send;
  clock.time = new Date(clock.time.getTime() + 86_400_000);
  clientdesk.jobs.run(100);
  assert.deepEqual(mail.messages.map(({ to }) => to), ['ann@nike.example']);
});

test('hosts share what is compiled, and nothing else', async () => {
  const [one, other] = await Promise.all([deskWithBrand(), desk()]);
  assert.equal(one.clientdesk.agencies.get('acme')?.name, 'Acme');
  assert.equal(other.clientdesk.agencies.get('acme'), undefined);
});
