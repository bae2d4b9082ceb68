#!/usr/bin/env bash
# The example of a component that is put together with Clientdesk: the commands of its README. Needs Rust, Node 20 or newer
# with npm, and what `.ci/record.sh` writes.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- compose: %s (%s s)\n' "$*" "$SECONDS"; }

step "the tool"
# It runs for a tenth of a second: nothing is gained by optimising it.
CARGO_PROFILE_RELEASE_OPT_LEVEL=0 bash -euc "$(sed -n 's/^cargo run .* && //p' examples/compose/README.md)"
step "the report, put together with Clientdesk, in a story"
bash -euc "$(grep -m 1 '^cd examples/compose' examples/compose/README.md)"
step "it imports what Clientdesk imports"
imports() { target/release/clientdesk inspect "$@" | sed -n '/^imports/,/^exports/p'; }
diff <(imports) <(imports target/compose/clientdesk-with-report.wasm)
target/release/clientdesk inspect target/compose/clientdesk-with-report.wasm | grep -F 'report.run(agency?: string) -> string'
step "done"
