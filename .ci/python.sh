#!/usr/bin/env bash
# The host in Python: made from today's WIT, its types, its tests, the commands and programs of its
# README, and every story. Needs Python 3.10 or newer with venv, and the built `clientdesk`
# (in `$CLIENTDESK`, or where cargo puts it).
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- python: %s (%s s)\n' "$*" "$SECONDS"; }
clientdesk=${CLIENTDESK:-target/release/clientdesk}
python=target/python/bin/python
export XDG_CACHE_HOME=$PWD/target/python-cache

step "component, recordings and package"
"$clientdesk" inspect --out target/dist/clientdesk.wasm > target/python-inspect.txt
"$clientdesk" --json run --record target/recordings tests/scenarios > target/python-recorded.json
python3 -m venv target/python
"$python" -m pip install --quiet --disable-pip-version-check './examples/python[dev]'
# As README says: from the clone, and from anywhere with what was installed.
"$python" examples/python/story.py | grep -F 'Total to pay'
(cd target && python/bin/python -I -c 'import clientdesk; print(clientdesk.component_file())') \
  | grep -F site-packages/clientdesk/clientdesk.wasm

step "made from the WIT, formatted, typed, tested"
(
  cd examples/python
  python=../../$python
  "$python" generate.py --check
  "$python" -m ruff format --check --quiet .
  "$python" -m ruff check --quiet .
  "$python" -m mypy --strict .
  "$python" -m pytest --quiet
)

step "what the README shows"
readme=$PWD/examples/python/README.md
for block in 1 2; do
  awk -v wanted=$block '/^```python$/ { inside = ++count == wanted; next } /^```$/ { inside = 0 } inside' "$readme"
  [ $block = 2 ] || printf 'from clientdesk.wit import types\nfrom clientdesk.wit.brands import NewBrand\nfrom clientdesk.wit.clients import EmailInvite\ndesk.brands.create(olga, NewBrand(id="nike", name="Nike"))\nclient = desk.clients.invite_by_email(olga, EmailInvite(email="ann@nike.example", brands=["nike"])).client\ndesk.clients.revoke(olga, client)\n'
done > target/python-readme.py
shown=$(mktemp -d)
(cd "$shown" && PYTHONPATH=$OLDPWD/examples/python "$OLDPWD/$python" "$OLDPWD/target/python-readme.py") | tee target/python-readme.txt
rm -r "$shown"
grep -qF "Money(amount=0, currency='USD')" target/python-readme.txt
grep -qE '^revoked ' target/python-readme.txt

step "every story, in memory and on SQLite"
"$python" examples/python/play.py target/recordings

step "done"
