#!/usr/bin/env bash
# An older host with a newer component, and the reverse, within one minor version: the component of the release before plays its
# stories under today's host, and its host (the wheel holds both) plays a part of them with today's component.
#   .ci/across.sh            the release that `tests/fixtures/release` keeps: its wheel and its stories, as `.ci/dist.sh` made them
# Before the first release there is none: then today's are taken, which shows that this script works, and no more.
# Needs what `.ci/dist.sh` writes, and Python 3.10 or newer with venv.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- across releases: %s (%s s)\n' "$*" "$SECONDS"; }
clientdesk=target/release/clientdesk
before=tests/fixtures/release
# Of all that the older host plays, as a browser does.
part=(billing invites portal)
if [ ! -d "$before" ]; then
  echo "there is no release yet: today's component and host are taken for it, and one story"
  before=target/dist
  part=(billing/monthly.toml)
fi
across=target/across
rm -rf "$across"
mkdir -p "$across/stories" "$across/wheel"
tar --extract --file "$before"/clientdesk-stories-*.tar.gz --strip-components 1 --directory "$across/stories"
python3 -m zipfile --extract "$before"/clientdesk-*.whl "$across/wheel"
stories=("${part[@]/#/$across/stories/}")

step "its component under today's host"
whole=("$across/stories")
[ "$before" = target/dist ] && whole=("${stories[@]}")
"$clientdesk" --component "$across/wheel/clientdesk/clientdesk.wasm" run "${whole[@]}" > "$across/told.txt" || { grep -B 3 -A 20 '✗' "$across/told.txt"; exit 1; }
tail -n 1 "$across/told.txt"

step "today's component under its host"
"$clientdesk" run --record "$across/recordings" "${stories[@]}" > "$across/told.txt" || { grep -B 3 -A 20 '✗' "$across/told.txt"; exit 1; }
python3 -m venv "$across/venv"
"$across/venv/bin/pip" install --quiet --disable-pip-version-check "$before"/clientdesk-*.whl
"$across/venv/bin/python" examples/python/play.py --store memory --component target/dist/clientdesk.wasm "$across/recordings"

step "done"
