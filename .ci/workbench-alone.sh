#!/usr/bin/env bash
# The workbench in a browser alone: its static folder is made, served below a path, and clicked through in headless Chromium
# with the tests of the served one; axe looks at it, and a scenario that it saved is played.
# Needs Node 20 or newer with npm and Chromium (Debian's packages are installed where they aren't there), a C++ compiler,
# the component in target/dist (`.ci/record.sh`) and the command in target/release, or those that CLIENTDESK_COMPONENT and
# CLIENTDESK name.
set -euo pipefail
cd "$(dirname "$0")/.."

export ALONE=$PWD/target/workbench-alone

step() { printf '\n--- workbench alone: %s (%s s)\n' "$*" "$SECONDS"; }

.ci/packages.sh npm chromium

step "the static folder"
(cd examples/workbench && npm run --silent build)

cd host-harness/serve/e2e-workbench
if [ ! -d node_modules ]; then
  step "install"
  npm ci
fi
step "clicking and looking"
timeout 600 node --test test/story.test.js test/alone.test.js
step "done"
