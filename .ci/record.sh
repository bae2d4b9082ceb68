#!/usr/bin/env bash
# What hosts in other languages take from the build: the component, and every story as a recording.
set -euo pipefail
cd "$(dirname "$0")/.."

clientdesk=target/release/clientdesk
rm -rf target/recordings
"$clientdesk" inspect --out target/dist/clientdesk.wasm > /dev/null
"$clientdesk" --json run --record target/recordings tests/scenarios > target/recorded.json
find target/recordings -name '*.jsonl' | wc -l | sed 's/$/ stories are recorded/'
