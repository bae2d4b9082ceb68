#!/usr/bin/env bash
# Tries the store in etcd on servers of its own, from Debian's packages `etcd-server` and `etcd-client`.
#   .ci/etcd.sh               contract, faults, races and stories
#   KILLS=2 .ci/etcd.sh       then also processes and servers that are killed, each of three ways so often
# Played are the stories of invites, portals, hosts, agencies and logs; `STORIES=all` plays all of them, which takes the
# gateway some minutes more. Needs what `cargo test --release --no-run` and
# `cargo build --release` build; as root it installs Debian's packages where there is no server. What three servers make
# of a lost leader or a broken network, `.ci/etcd-cluster.sh` tries.
set -euo pipefail
cd "$(dirname "$0")/.."

server=.ci/etcd-server
.ci/packages.sh etcd
folder=$(mktemp -d /tmp/clientdesk-etcd-XXXXXX)
end() {
  for pid in "$folder"/*/pid; do
    if [ -f "$pid" ]; then "$server" kill "${pid%/pid}" || true; fi
  done
  rm -rf "$folder"
}
trap end EXIT
address_of() { echo "$CLIENTDESK_ETCD/$1?deadline=2"; }
# shellcheck source=.ci/steps.bash
source .ci/steps.bash

step "servers: one to try most with, one as etcd comes, one that is small, one that knows its users, one with TLS"
takes_all=(--max-txn-ops=1024 --max-request-bytes=5242880 --unsafe-no-fsync)
CLIENTDESK_ETCD=$("$server" start "$folder/quick" "${takes_all[@]}")
CLIENTDESK_ETCD_SMALL=$("$server" start "$folder/small" --unsafe-no-fsync)
CLIENTDESK_ETCD_FULL=$("$server" start "$folder/full" "${takes_all[@]}" --quota-backend-bytes=20971520)
CLIENTDESK_ETCD_AUTH=$("$server" start "$folder/auth" "${takes_all[@]}")
CLIENTDESK_ETCD_TLS=$("$server" start "$folder/tls" --tls "${takes_all[@]}")
CLIENTDESK_ETCD_CA=$folder/tls/ca.pem CLIENTDESK_ETCD_CERT=$folder/tls/own.pem CLIENTDESK_ETCD_KEY=$folder/tls/own.key
export CLIENTDESK_ETCD CLIENTDESK_ETCD_SMALL CLIENTDESK_ETCD_FULL CLIENTDESK_ETCD_AUTH CLIENTDESK_ETCD_TLS
export CLIENTDESK_ETCD_CA CLIENTDESK_ETCD_CERT CLIENTDESK_ETCD_KEY
{
  auth() { "$server" ctl "$folder/auth" "$@"; }
  auth role add desk
  auth role grant-permission --prefix=true desk readwrite desk/
  auth user add 'desk:a word'
  auth user grant-role desk desk
  auth user add root:root
  auth user grant-role root root
  auth auth enable
} > /dev/null

step "the contract, faults and races of the adapter"
tested 40 --lib -- storage::etcd --include-ignored

if [ "${STORIES:-}" = all ]; then
  step "every story"
  tested 160 --test it -- /etcd-warm
else
  step "stories"
  tested 35 --test it -- /etcd-warm --skip scenario/accounts/ --skip scenario/activity/ --skip scenario/billing/ \
    --skip scenario/catalog/ --skip scenario/clients/ --skip scenario/health/ --skip scenario/invites/bulk
fi

step "hosts that get in each other's way"
tested 8 --test it -- races/
tested 3 --test it -- seats/

step "the command line"
tested 1 --test it -- etcd:: --include-ignored

step "a server that is stopped (SIGSTOP): an error by the deadline, and then all is well"
agency stopped
pid=$("$server" pid "$folder/quick")
kill -STOP "$pid"
refused "in time" 6 on stopped clients --agency acme
kill -CONT "$pid"
sound stopped

if [ "${KILLS:-0}" = 0 ]; then
  step "done; nothing was killed, since KILLS isn't set"
  exit 0
fi

step "hosts that are killed lose nothing that they answered"
"$clientdesk" torture --kills "$KILLS" --store "$CLIENTDESK_ETCD/torture"
"$clientdesk" torture --kills "$KILLS" --processes 2 --store "$CLIENTDESK_ETCD/torture-two"

step "the server is killed, too, again and again, and loses nothing"
address=$("$server" start "$folder/killed")
kills_begin "$server" "$folder/killed"
"$clientdesk" torture --kills $(($KILLS * 3)) --processes 2 --store "$address/torture?deadline=9" && lost=0 || lost=$?
end_of_kills
[ "$lost" = 0 ]

step "done"
