#!/usr/bin/env bash
# Tries the store in PostgreSQL on a server of its own, from Debian's package `postgresql`.
#   .ci/postgres.sh           contract, faults, races and all stories; then processes and servers that are killed or stopped
# `KILLS` says how many processes are killed in each of three ways (6). Needs what `cargo test --release --no-run` and
# `cargo build --release` build; as root it installs Debian's package where there is no server.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- %s (%s s)\n' "$*" "$SECONDS"; }
server=.ci/postgres-server
[ -n "${POSTGRES_BIN:-}" ] || .ci/packages.sh postgresql
folder=$(mktemp -d /tmp/clientdesk-postgres-XXXXXX)
chmod 755 "$folder"
end() {
  for name in quick killed; do
    if [ -f "$folder/$name/data/postmaster.pid" ]; then "$server" kill "$folder/$name" || true; fi
  done
  if mountpoint --quiet "$folder/small"; then umount "$folder/small"; fi
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

step "the command line"
tested 1 --test it -- postgres:: --include-ignored

clientdesk=target/release/clientdesk
desk=$folder/desk
mkdir -p "$desk"
# $1: the schema; the rest: a command, on the store there.
on() {
  local schema=$1
  shift
  "$clientdesk" "$@" --store "$CLIENTDESK_POSTGRES?schema=$schema&deadline=${deadline:-2}" --keys "$desk/$schema.keys.json"
}
agency() {
  on "$1" agencies create acme --name Acme --notification-email office@acme.example --portal-address https://clients.acme.example
  on "$1" brands create Nike --id nike --agency acme
} > /dev/null
# $1: what it must say; $2: after how many seconds at the latest; the rest: a command, which must be refused.
refused() {
  local words=$1 most=$2 begun=$SECONDS
  shift 2
  if "$@" > "$desk/out" 2> "$desk/error"; then
    echo "it wasn't refused: $*" >&2
    exit 1
  fi
  tail -n 1 "$desk/error"
  grep --quiet --fixed-strings "$words" "$desk/out" "$desk/error" || { echo "nothing of \`$words\`" >&2 && exit 1; }
  [ $((SECONDS - begun)) -le "$most" ] || { echo "it took $((SECONDS - begun)) seconds" >&2 && exit 1; }
}
# Whether everything of a store is as it must be.
sound() {
  on "$1" log verify --agency acme
  on "$1" check
}

step "a server that is stopped (SIGSTOP): an error by the deadline, and then all is well"
agency stopped
pid=$("$server" pid "$folder/quick")
processes() { pgrep --parent "$pid"; echo "$pid"; }
processes | xargs kill -STOP
refused "in time" 6 on stopped clients --agency acme
processes | xargs kill -CONT
sound stopped

step "a server without a connection to spare"
agency spare
"$server" sql "$folder/quick" <<< "ALTER ROLE clientdesk CONNECTION LIMIT 0"
refused "too many connections for role" 6 on spare clients --agency acme
"$server" sql "$folder/quick" <<< "ALTER ROLE clientdesk CONNECTION LIMIT -1"
sound spare

step "a server whose disk is full"
mkdir "$folder/small"
if mount -t tmpfs -o size=6m clientdesk-small "$folder/small" 2> /dev/null; then
  chown postgres "$folder/small"
  "$server" sql "$folder/quick" << EOF
CREATE TABLESPACE small OWNER clientdesk LOCATION '$folder/small';
ALTER ROLE clientdesk SET default_tablespace = small;
EOF
  agency full
  { echo name,email,brands && seq 4000 | sed 's/.*/Client &,client&@nike.example,Nike/'; } > "$desk/roster.csv"
  refused "No space left on device" 120 on full import "$desk/roster.csv" --agency acme
  mount -o remount,size=200m "$folder/small"
  sound full
  "$server" sql "$folder/quick" <<< "ALTER ROLE clientdesk RESET default_tablespace"
else
  echo "not tried: nothing can be mounted here"
fi

step "hosts that are killed lose nothing that they answered"
"$clientdesk" torture --kills "${KILLS:-6}" --store "$CLIENTDESK_POSTGRES?schema=torture"
"$clientdesk" torture --kills "${KILLS:-6}" --processes 2 --store "$CLIENTDESK_POSTGRES?schema=torture_two"

step "the server is killed, too, again and again, and loses nothing"
address=$("$server" start "$folder/killed")
{
  trap 'exit 0' TERM
  while true; do
    sleep 4
    "$server" kill "$folder/killed"
    "$server" start "$folder/killed" > /dev/null 2>&1
    echo killed >> "$folder/kills"
  done
} &
killer=$!
"$clientdesk" torture --kills $((${KILLS:-6} * 3)) --processes 2 --store "$address?schema=torture&deadline=9" && lost=0 || lost=$?
kill "$killer"
wait "$killer" || true
echo "the server was killed $(wc -l < "$folder/kills") times"
[ "$lost" = 0 ]

step "done"
