#!/usr/bin/env bash
# Tries the store in etcd on three servers in network namespaces, under load: the leader is killed, a server is cut off
# from everybody, and one from the other two, each in turn, and healed. Nothing that was acknowledged may be lost, and
# nothing done twice; how long nobody got an answer is printed.
#   .ci/etcd-cluster.sh [ROUNDS]   3 rounds, unless it is said; each of them does all three
# Needs root, to make network namespaces, and what `cargo test --release --no-run` and `cargo build --release` build.
set -euo pipefail
cd "$(dirname "$0")/.."

cluster=.ci/etcd-cluster
if ! { ip netns add clientdesk-try && ip netns delete clientdesk-try; } 2> /dev/null; then
  echo "NOT TRIED: three etcd servers that lose each other. No network namespace can be made here; that needs root."
  exit 0
fi
.ci/packages.sh etcd
folder=$(mktemp -d /tmp/clientdesk-cluster-XXXXXX)
end() {
  "$cluster" stop "$folder/cluster" || true
  rm -rf "$folder"
}
trap end EXIT
# shellcheck source=.ci/steps.bash
source .ci/steps.bash

step "three servers"
address=$("$cluster" start "$folder/cluster")

step "commits and reads while they fail, ${1:-3} rounds"
CLIENTDESK_ETCD_CLUSTER=$address CLIENTDESK_ETCD_CLUSTER_TOOL="$PWD/$cluster $folder/cluster" CLIENTDESK_ETCD_ROUNDS=${1:-3} \
  tested 1 --lib -- storage::etcd::tests::cluster --include-ignored --nocapture

step "hosts that are killed while leaders are"
{
  trap 'exit 0' TERM
  while true; do
    sleep 5
    leader=$("$cluster" leader "$folder/cluster")
    [ -n "$leader" ] || continue
    "$cluster" kill "$folder/cluster" "$leader"
    sleep 3
    "$cluster" revive "$folder/cluster" "$leader"
    "$cluster" wait "$folder/cluster"
  done
} &
killer=$!
"$clientdesk" torture --kills "${KILLS:-4}" --processes 2 --store "$address/torture?deadline=9" && lost=0 || lost=$?
kill "$killer"
wait "$killer" || true
[ "$lost" = 0 ]

step "done"
