// What fits into a store: the same for every store, and tried before it is asked.
import { TooLargeError } from './ports.js';

const KEY_BYTES = 512;
const VALUE_BYTES = 65_536;
const COMMIT_ROWS = 1_000;
const COMMIT_BYTES = 4 * 1024 * 1024;
const KEY = /^[\x21-\x7e]+$/;

/** Refuses keys that aren't 1 to 512 bytes of printable ASCII. */
export function acceptKeys(keys: string[]): void {
  for (const key of keys) {
    if (key.length > KEY_BYTES) throw new TooLargeError(`key \`${key.slice(0, 40)}…\` of ${key.length} bytes; at most ${KEY_BYTES} fit`);
    if (!KEY.test(key)) throw new TooLargeError(`key \`${key}\`; 1 byte or more of printable ASCII (0x21 to 0x7e) is needed`);
  }
}

/** Refuses a commit with more than 1,000 checks and writes, 4 MiB, or a value of more than 65,536 bytes. */
export function acceptCommit(checks: { key: string }[], writes: { key: string; value?: string | undefined }[]): void {
  const rows = checks.length + writes.length;
  if (rows > COMMIT_ROWS) throw new TooLargeError(`a commit of ${rows} checks and writes; at most ${COMMIT_ROWS} fit`);
  const keys = [...checks, ...writes].map(({ key }) => key);
  acceptKeys(keys);
  let bytes = keys.reduce((sum, key) => sum + key.length, 0);
  for (const { key, value = '' } of writes) {
    const length = utf8Length(value);
    if (length > VALUE_BYTES) throw new TooLargeError(`a value of ${length} bytes for key \`${key}\`; at most ${VALUE_BYTES} fit`);
    bytes += length;
  }
  if (bytes > COMMIT_BYTES) throw new TooLargeError(`a commit of ${bytes} bytes; at most ${COMMIT_BYTES} fit`);
}

const encoder = new TextEncoder();

/** How many bytes a text has in UTF-8. Most can't be too long, whatever they are made of. */
function utf8Length(text: string): number {
  return text.length * 3 <= VALUE_BYTES ? text.length : encoder.encode(text).length;
}
