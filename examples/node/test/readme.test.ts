// The lines of JavaScript in the READMEs run as they stand there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

for (const readme of ['README.md', '../../README.md']) {
  test(`the JavaScript of ${readme}`, () => {
    const text = readFileSync(new URL(`../../${readme}`, import.meta.url), 'utf8');
    const [, code] = /```js\n([^]*?)```/.exec(text) ?? [];
    assert.ok(code, 'there is some');
    const file = fileURLToPath(new URL('../readme.mjs', import.meta.url)); // in the package: it is imported by its name
    writeFileSync(file, code);
    const printed = execFileSync(process.execPath, [file], { encoding: 'utf8' });
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, shown]) => shown);
    assert.deepEqual(printed.trim().split('\n'), promised);
  });
}
