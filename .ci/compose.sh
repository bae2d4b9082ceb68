#!/usr/bin/env bash
# The example of a component that is put together with Clientdesk: the commands of its README. Needs Rust, and Node 20 or
# newer with npm.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- compose: %s (%s s)\n' "$*" "$SECONDS"; }
readme() { bash -euc "$(grep -m 1 "^$1" examples/compose/README.md)"; }

step "Clientdesk, and the tool"
readme 'cargo run --release -- inspect --out' > target/compose-inspect.txt
step "the report, put together with Clientdesk, in a story"
readme 'cd examples/compose'
step "it imports what Clientdesk imports"
imports() { target/release/clientdesk inspect "$@" | sed -n '/^imports/,/^exports/p'; }
diff <(imports) <(imports target/compose/clientdesk-with-report.wasm)
target/release/clientdesk inspect target/compose/clientdesk-with-report.wasm | grep -F 'report.run(agency?: string) -> string'
step "done"
