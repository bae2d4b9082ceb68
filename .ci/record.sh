#!/usr/bin/env bash
# What hosts in other languages take from the build: the component, the checks of a host, and every story as a recording.
set -euo pipefail
cd "$(dirname "$0")/.."

clientdesk=target/release/clientdesk
rm -rf target/recordings
# The first command of all their READMEs.
for readme in examples/README.md examples/{node,python,browser,workbench,compose}/README.md; do
  grep -m 1 '^cargo run --release -- inspect --out' "$readme" | sed 's/ *\(#\|&&\).*//'
done | uniq > target/first-commands.txt
bash -euc "$(cat target/first-commands.txt)" > target/inspected.txt
"$clientdesk" check-host --out target/dist/check-host.wasm
"$clientdesk" --json run --record target/recordings tests/scenarios > target/recorded.json
stories=$(find target/recordings -name '*.jsonl' | wc -l)
# A line for each call and one for the rows at the end, behind one that tells which story it is.
lines=$(find target/recordings -name '*.jsonl' -exec cat {} + | wc -l)
echo "Rust: $stories stories, $((lines - stories)) steps are recorded"
