#!/usr/bin/env bash
# Tries the store in PostgreSQL on a server of its own, from Debian's package `postgresql`.
#   .ci/postgres.sh           contract, faults, races and all stories; then processes and servers that are killed or stopped
# Needs what `cargo test --release --no-run` and `cargo build --release` build.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- %s (%s s)\n' "$*" "$SECONDS"; }
server=.ci/postgres-server
folder=$(mktemp -d /tmp/clientdesk-postgres-XXXXXX)
chmod 755 "$folder"
end() {
  "$server" stop "$folder/quick" 2> /dev/null || true
  rm -rf "$folder"
}
trap end EXIT

step "a server"
CLIENTDESK_POSTGRES=$("$server" start "$folder/quick" -c fsync=off)
CLIENTDESK_POSTGRES_ADMIN="postgres://postgres@${folder//\//%2F}%2Fquick:$(cat "$folder/quick/port")/clientdesk"
CLIENTDESK_POSTGRES_CA=$folder/quick/ca.pem
export CLIENTDESK_POSTGRES CLIENTDESK_POSTGRES_ADMIN CLIENTDESK_POSTGRES_CA

# $1: at least so many tests must run; the rest: what cargo is told.
tested() {
  local least=$1
  shift
  cargo test --release "$@" 2>&1 | tee "$folder/tested"
  local passed
  passed=$(sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' "$folder/tested" | awk '{ sum += $1 } END { print sum + 0 }')
  if [ "$passed" -lt "$least" ]; then
    echo "only $passed tests ran, of at least $least" >&2
    exit 1
  fi
}

step "the contract, faults and races of the adapter"
tested 30 --lib -- storage::postgres --include-ignored

step "every story"
tested 160 --test it -- /postgres-warm

step "hosts that get in each other's way"
tested 8 --test it -- races/
tested 3 --test it -- seats/

step "done"
