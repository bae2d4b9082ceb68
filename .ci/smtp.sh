#!/usr/bin/env bash
# Hands mails over to a real mail server, aiosmtpd, which refuses, stalls, cuts connections and shows wrong certificates:
# a table of each fault at each stage, with what comes of the mail and how many copies arrive. Then what comes back.
# Needs `target/release/clientdesk`, openssl, and Python 3.10 or newer with venv.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$PWD/target/smtp/bin
if [ ! -x "$tools/aiosmtpd" ]; then
  python3 -m venv target/smtp
  target/smtp/bin/pip install --quiet --disable-pip-version-check 'aiosmtpd==1.4.*'
fi
folder=$(mktemp -d /tmp/clientdesk-smtp-XXXXXX)
trap 'rm -rf "$folder"' EXIT
CLIENTDESK=${CLIENTDESK:-$PWD/target/release/clientdesk} "$tools/python" .ci/smtp.py "$folder"
