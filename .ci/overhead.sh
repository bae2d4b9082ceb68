#!/usr/bin/env bash
# What observing costs, in instructions: the same calls without anybody who watches, with figures and a line in the log for
# each request, and with spans of each call and what it asks of its host. Prints a table, and fails where figures and lines
# cost 3 % or more. Needs `valgrind` (Debian's), and compiles the component under it the first time: a minute or two.
set -euo pipefail
cd "$(dirname "$0")/.."

program=${1:-}
if [ -z "$program" ]; then
  cargo build --release --example overhead
  program=target/release/examples/overhead
fi
program=$(realpath "$program")
component=${2:+$(realpath "$2")}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
code=${CLIENTDESK_OVERHEAD_CODE:-$PWD/target/overhead}
mkdir -p "$code"
# Valgrind's processor isn't this machine's, so code that was compiled outside isn't used within.
valgrind --tool=none --quiet "$program" off "$code" ${component:+"$component"}

# In the order in which they are called: what is written down before one is what the one before it took.
measured=(library_invites library_sessions library_lists service_invites service_sessions service_lists finished)
for mode in off on spans; do
  (cd "$out" && valgrind --tool=callgrind --quiet --callgrind-out-file="$mode.out" \
    "${measured[@]/#/--dump-before=overhead::}" "$program" "$mode" "$code" ${component:+"$component"})
done

python3 - "$out" "${measured[@]}" << 'END'
import glob, re, sys

out, measured = sys.argv[1], sys.argv[2:]
TIMES = 100


def counted(mode):
    """The instructions of each call, by the function that makes them."""
    until = {}
    for path in glob.glob(f"{out}/{mode}.out.*"):
        head = open(path, errors="replace").read()
        trigger = re.search(r"^desc: Trigger: --dump-before=overhead::(\w+)", head, re.M)
        total = re.search(r"^(?:summary|totals): (\d+)", head, re.M)
        if trigger and total:
            until[trigger[1]] = int(total[1]) // TIMES
    return {name: until[following] for name, following in zip(measured, measured[1:])}


off, on, spans = (counted(mode) for mode in ("off", "on", "spans"))
print(f"{'instructions a call':22}{'nobody watches':>16}{'figures, lines':>16}{'more':>9}{'spans, too':>14}{'more':>9}")
worst = 0.0
for name, base in off.items():
    more, all_more = (100 * (kind[name] - base) / base for kind in (on, spans))
    worst = max(worst, more)
    row = f"{name.replace('_', ': '):22}{base:16,}{on[name]:16,}{more:8.2f}%{spans[name]:14,}{all_more:8.1f}%"
    print(row)
print(f"goal: below 3 % for figures and lines; the most is {worst:.2f} %")
sys.exit(worst >= 3)
END
