#!/usr/bin/env bash
# Installs what `.ci/run` needs besides Rust and a C++ compiler, where it isn't there: Debian's packages, and cargo's
# tools below `target/tools`, which are compiled soon rather than well.
set -euo pipefail
cd "$(dirname "$0")/.."

.ci/packages.sh npm chromium curl postgresql etcd

# One crate's tool at a time: `cargo install` does nothing when it is there already.
for tool in cargo-deny@0.20.2 cargo-component@0.21.1; do
  CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug --root target/tools "$tool"
done
echo "installed (${SECONDS} s)"
