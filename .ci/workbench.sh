#!/usr/bin/env bash
# The workbench in headless Chromium: clicked through, looked at by axe, and pictures of every screen in target/workbench/.
# Needs Node 20 or newer with npm and Chromium (Debian's packages are installed where they aren't there).
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- workbench: %s (%s s)\n' "$*" "$SECONDS"; }

.ci/packages.sh npm chromium
if [ -z "${WORKBENCH:-}" ]; then
  step "build"
  cargo build --release --example workbench
fi

cd host-harness/serve/e2e-workbench
step "install"
npm ci
step "clicking and looking"
timeout 600 npm test
step "done"
