"""Whether a unit allows each call of the system that a program made.

    python3 allowed.py UNIT TRACED      TRACED: the names, a line each, as `strace --summary-columns=name` writes them
"""

import subprocess
import sys
from pathlib import Path

# What a process does before the filter is there.
BEFORE = {"execve"}


def sets():
    """systemd's sets: their names, and what is in each, other sets among it."""
    told = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout
    found, name = {}, None
    for line in told.splitlines():
        if line.startswith("@"):
            name = line.strip()
            found[name] = set()
        elif line.startswith("    ") and name and not line.strip().startswith("#"):
            found[name].add(line.strip())
    return found


def calls(known, name):
    """The calls of a set, or the one call of this name."""
    if not name.startswith("@"):
        return {name}
    return set().union(*(calls(known, part) for part in known[name]))


def main(unit, traced):
    known, allowed = sets(), set()
    for line in Path(unit).read_text().splitlines():
        if not line.startswith("SystemCallFilter="):
            continue
        words = line.partition("=")[2]
        named = set().union(*(calls(known, word) for word in words.removeprefix("~").split()))
        allowed = allowed - named if words.startswith("~") else allowed | named
    made = {line.strip() for line in Path(traced).read_text().splitlines()}
    made = {name for name in made if name.replace("_", "").isalnum() and name not in ("syscall", "total")}
    # Nothing is shown by a trace of nothing.
    if not {"epoll_wait", "accept4", "mprotect"} <= made or not {"read", "write"} <= allowed:
        sys.exit(f"the trace, or the list of what is allowed, can't be right: {sorted(made)}")
    refused = made - allowed - BEFORE
    if refused:
        sys.exit(f"the unit refuses what the service does: {', '.join(sorted(refused))}")
    print(f"the unit allows all {len(made)} calls of the system that the service makes, and {len(allowed) - len(made & allowed)} more")


main(*sys.argv[1:])
