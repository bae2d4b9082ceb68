#!/usr/bin/env bash
# The pages of portal and documentation in a browser: the story by clicking, axe, and every form without scripts; three minutes at most on a machine that has
# little else to do. Needs Node 20 or newer with npm and Chromium (Debian's packages are installed where they aren't there).
# `--shots FOLDER` keeps a picture of each page, wide and narrow, light and dark.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = --shots ]; then
  SHOTS=$(realpath -m "$2")
  export SHOTS
fi
.ci/packages.sh npm chromium
if [ -z "${PORTAL:-}" ]; then
  cargo build --release --example portal
  PORTAL=${CARGO_TARGET_DIR:-$PWD/target}/release/examples/portal
fi
export PORTAL

cd host-harness/serve/e2e
npm ci --no-audit --no-fund
timeout --kill-after=10 900 npm test
