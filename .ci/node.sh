#!/usr/bin/env bash
# Clientdesk in Node and in a browser: the packages are built from what is locked, every recording is played.
# Needs Node 20 or newer with npm and Chromium (Debian's packages are installed where they aren't there), a C++ compiler,
# and what `.ci/record.sh` writes.
set -euo pipefail
cd "$(dirname "$0")/.."

export CLIENTDESK_RECORDINGS=$PWD/target/recordings

step() { printf '\n--- node: %s (%s s)\n' "$*" "$SECONDS"; }

.ci/packages.sh npm chromium

cd examples/node
step "install"
npm ci
step "types and tests"
npm test
step "the billing story"
node dist/story.js | grep -F 'Total to pay'
step "it keeps what the component relies on"
node check-host.js ../../target/dist/check-host.wasm
step "every story, in memory and on SQLite"
node dist/player/play.js "$CLIENTDESK_RECORDINGS"

cd ../browser
step "browser: install"
npm ci
step "browser: the page, axe, a part of the stories"
npm test
step "done"
