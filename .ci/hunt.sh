#!/usr/bin/env bash
# What hunts for faults in the built program: hostile input, random histories, killed processes.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n--- %s (%s s)\n' "$*" "$SECONDS"; }
# One of its own: who compiles beside may write that one anew.
mkdir -p target/hunt
cp target/release/clientdesk target/hunt/
clientdesk=target/hunt/clientdesk

step "hostile input for every door, new each time: the seed is printed"
"$clientdesk" fuzz --seconds 20

step "random histories: those that once failed, then 36,000 steps in which everything is reached"
"$clientdesk" simulate --seeds host-harness/simulate/seeds.txt --seed 200000 --steps 36000 --require-all

step "new histories for two minutes: the seed is printed"
"$clientdesk" simulate --seconds 120

step "processes that are killed lose nothing that they answered"
"$clientdesk" torture --kills 40
"$clientdesk" torture --kills 40 --processes 2

step "done"
