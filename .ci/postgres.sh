#!/usr/bin/env bash
# Tries the store in PostgreSQL on a server of its own, from Debian's package `postgresql`.
#   .ci/postgres.sh           contract, faults, races and all stories; then processes and servers that are killed or stopped
# `KILLS` says how many processes are killed in each of three ways (6). Needs what `cargo test --release --no-run` and
# `cargo build --release` build; as root it installs Debian's package where there is no server.
set -euo pipefail
cd "$(dirname "$0")/.."

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

address_of() { echo "$CLIENTDESK_POSTGRES?schema=$1&deadline=2"; }
# shellcheck source=.ci/steps.bash
source .ci/steps.bash

step "a server"
CLIENTDESK_POSTGRES=$("$server" start "$folder/quick" -c fsync=off)
CLIENTDESK_POSTGRES_ADMIN="postgres://postgres@${folder//\//%2F}%2Fquick:$(cat "$folder/quick/port")/clientdesk"
CLIENTDESK_POSTGRES_CA=$folder/quick/ca.pem
export CLIENTDESK_POSTGRES CLIENTDESK_POSTGRES_ADMIN CLIENTDESK_POSTGRES_CA

step "the contract, faults and races of the adapter"
tested 30 --lib -- storage::postgres --include-ignored

step "every story"
tested 160 --test it -- /postgres-warm

step "hosts that get in each other's way"
tested 8 --test it -- races/
tested 3 --test it -- seats/

step "the command line"
tested 1 --test it -- postgres:: --include-ignored

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
kills_begin "$server" "$folder/killed"
"$clientdesk" torture --kills $((${KILLS:-6} * 3)) --processes 2 --store "$address?schema=torture&deadline=9" && lost=0 || lost=$?
end_of_kills
[ "$lost" = 0 ]

step "done"
