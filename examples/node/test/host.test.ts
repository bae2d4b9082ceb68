// What a store promises, tried on both; clocks and keys.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { MemoryStorage, SystemSecrets, zoneOffset } from '../host/index.js';
import { SqliteStorage } from '../host/sqlite.js';
import type { Storage } from '../src/index.js';
import { NotFoundError } from '../src/index.js';
import { deskWithBrand } from './desk.js';

const folder = mkdtempSync(join(tmpdir(), 'clientdesk-'));
after(() => rmSync(folder, { recursive: true }));

const put = (storage: Storage, ...keys: string[]) => storage.commit([], keys.map((key) => ({ key, value: `"${key}"` })));

for (const [name, make] of Object.entries({
  MemoryStorage: () => new MemoryStorage(),
  SqliteStorage: () => new SqliteStorage(':memory:'),
})) {
  describe(name, () => {
    test('gives rows in the order of the keys that were asked for', () => {
      const storage = make();
      put(storage, 'b', 'a');
      assert.deepEqual(storage.get(['a', 'c', 'b']).map((row) => row?.value), ['"a"', undefined, '"b"']);
    });

    test('scans from start to before end, both ways, and says where to go on', () => {
      const storage = make();
      put(storage, 'a', 'B', 'c', 'd', 'e', '~');
      const keys = (start: string, end: string, limit: number, reverse: boolean) => {
        const { rows, next } = storage.scan(start, end, limit, reverse);
        return [rows.map(({ key }) => key).join(''), next];
      };
      assert.deepEqual(keys('a', 'e', 10, false), ['acd', undefined]);
      assert.deepEqual(keys('a', 'e', 2, false), ['ac', 'd']);
      assert.deepEqual(keys('d', 'e', 2, false), ['d', undefined]);
      assert.deepEqual(keys('a', 'e', 2, true), ['dc', 'c']);
      assert.deepEqual(keys('a', 'c', 2, true), ['a', undefined]);
      assert.deepEqual(keys('!', 'b', 9, false), ['Ba', undefined], 'byte by byte: capitals come first');
      assert.deepEqual(keys('e', 'a', 9, false), ['', undefined]);
    });

    test('commits all or nothing', () => {
      const storage = make();
      put(storage, 'a');
      const version = storage.get(['a'])[0]?.version;
      const refused = storage.commit([{ key: 'a', version: undefined }, { key: 'b', version: 7 }], [{ key: 'c', value: '1' }]);
      assert.deepEqual(refused, { committed: false, conflicts: ['a', 'b'] });
      assert.deepEqual(storage.get(['c']), [undefined]);
      assert.equal(storage.commit([{ key: 'a', version }, { key: 'b', version: undefined }], [{ key: 'a', value: undefined }]).committed, true);
      assert.deepEqual(storage.get(['a']), [undefined]);
    });

    test('never uses a version twice, not even after a deletion', () => {
      const storage = make();
      const seen = new Set<number | undefined>();
      for (let round = 0; round < 3; round++) {
        put(storage, 'a');
        seen.add(storage.get(['a'])[0]?.version);
        storage.commit([], [{ key: 'a', value: undefined }]);
      }
      assert.equal(seen.size, 3);
    });

    test('carries the component', async () => {
      const { olga } = await deskWithBrand({ storage: make() });
      for (const name of ['ann', 'ben', 'cleo']) olga.clients.inviteByEmail({ email: `${name}@nike.example`, brands: ['nike'] });
      const { clients, next } = olga.clients.list({ limit: 2 });
      assert.deepEqual(clients.map(({ email }) => email), ['ann@nike.example', 'ben@nike.example']);
      assert.deepEqual(olga.clients.list({ limit: 2, cursor: next }).clients.map(({ email }) => email), ['cleo@nike.example']);
      assert.equal(olga.audit.verify(1).flaw, undefined);
    });
  });
}

test('an SQLite file outlives its host, and two hosts work on it', async () => {
  const path = join(folder, 'a.sqlite');
  const secrets = SystemSecrets.open(`${path}.keys.json`, true);
  const one = new SqliteStorage(path);
  const { olga } = await deskWithBrand({ storage: one, secrets });
  const other = await deskWithBrand({ storage: new SqliteStorage(':memory:'), secrets });
  assert.throws(() => other.olga.clients.revoke('nobody'), NotFoundError);
  const again = new SqliteStorage(path);
  const { client } = olga.clients.inviteByEmail({ email: 'ann@nike.example', brands: ['nike'] });
  assert.ok(again.scan('a/acme/client/', 'a/acme/client0', 9, false).rows.some(({ key }) => key.endsWith(client)));
  again.close();
  one.close();
});

test('what is erased is in no file any more once it was scrubbed', () => {
  const path = join(folder, 'b.sqlite');
  const storage = new SqliteStorage(path);
  storage.commit([], [{ key: 'a', value: '"ann@nike.example"' }]);
  storage.commit([], [{ key: 'a', value: undefined }]);
  storage.scrub();
  for (const file of [path, `${path}-wal`]) assert.equal(readFileSync(file).includes('ann@nike'), false, file);
  storage.close();
});

test('keys are made beside a new store only, and nobody else may read them', () => {
  const path = join(folder, 'keys.json');
  assert.throws(() => SystemSecrets.open(path, false), /isn't there/);
  const [made] = SystemSecrets.open(path, true).keys();
  assert.deepEqual(SystemSecrets.open(path, false).keys(), [made]);
  chmodSync(path, 0o644);
  assert.throws(() => SystemSecrets.open(path, false), /others may read/);
});

test('time zones are ahead of UTC by what their clocks show', () => {
  const offsets = (zone: string) => ['2026-01-01', '2026-07-01T12:00:00Z'].map((time) => zoneOffset(zone, new Date(time)));
  assert.deepEqual(offsets('Europe/Berlin'), [3_600, 7_200]);
  assert.deepEqual(offsets('America/Sao_Paulo'), [-10_800, -10_800]);
  assert.deepEqual(offsets('Asia/Kathmandu'), [20_700, 20_700]);
  for (const zone of ['Europe/Atlantis', '+01:00', 'europe/berlin', '']) assert.deepEqual(offsets(zone), [undefined, undefined], zone);
  assert.equal(zoneOffset('Europe/Berlin', new Date('2026-03-29T00:59:59.999Z')), 3_600);
  assert.equal(zoneOffset('Europe/Berlin', new Date('2026-03-29T01:00:00Z')), 7_200);
});
