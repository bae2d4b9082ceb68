#!/usr/bin/env bash
# The host in Python: the second command of its README, whether it is made from today's WIT, its types, its
# tests, the promises of a host, and every story. Needs Python 3.10 or newer with venv, and what `.ci/record.sh` writes.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- python: %s (%s s)\n' "$*" "$SECONDS"; }
python=$PWD/target/python/bin/python
# Nothing of another run, and nothing outside.
export XDG_CACHE_HOME=$PWD/target/python-cache
rm -rf target/python target/python-cache

step "the second command of its README"
bash -euc "$(grep -m 1 '^python3 -m venv' examples/python/README.md)" > target/python-story.txt
grep -F 'Total to pay' target/python-story.txt

step "what was installed has the component with it"
(cd / && "$python" -I -c 'import clientdesk; print(clientdesk.component_file())') \
  | grep -F site-packages/clientdesk/clientdesk.wasm

step "made from the WIT, formatted, typed, tested"
"$python" -m pip install --quiet --disable-pip-version-check './examples/python[dev]'
(
  cd examples/python
  "$python" generate.py --check
  "$python" -m ruff format --check --quiet .
  "$python" -m ruff check --quiet .
  "$python" -m mypy --strict .
  "$python" -m pytest --quiet
)

step "it keeps what the component relies on"
"$python" examples/python/check_host.py target/dist/check-host.wasm

step "every story, in memory and on SQLite"
"$python" examples/python/play.py target/recordings

step "done"
