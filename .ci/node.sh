#!/usr/bin/env bash
# Clientdesk in Node and in a browser: the packages are built from what is locked, every recording is played.
#   .ci/node.sh [RECORDINGS]
# Needs Node 20 or newer, the network, Debian's package `chromium`, and what these write:
#   clientdesk inspect --out target/dist/clientdesk.wasm
#   clientdesk run --record target/recordings tests/scenarios
set -euo pipefail
cd "$(dirname "$0")/.."

recordings="$(realpath "${1:-target/recordings}")"
export CLIENTDESK_RECORDINGS="$recordings"

step() { printf '\n=== %s (%s s)\n' "$*" "$SECONDS"; }

if ! command -v "${CHROMIUM:-chromium}" > /dev/null; then
  step "chromium"
  apt-get update -q && apt-get install -y -q --no-install-recommends chromium
fi

cd examples/node
step "node: install"
npm ci
step "node: types and tests"
npm test
step "node: the billing story"
npm run --silent story
step "node: every recording"
node dist/player/play.js "$recordings"

cd ../browser
step "browser: install"
npm ci
step "browser: build, the page, axe, a part of the recordings"
npm test
step "done"
