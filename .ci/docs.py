"""Runs every block of the pages that show how something is done, as it stands there.

    python3 .ci/docs.py [PAGE|PAGE:CHAPTER…]

Each chapter has a folder, a home and a service of its own. `sh` is run; `text` behind it is what it prints, but for
`…`; `js` and `python` are files, named in their first line; `rust` is an example of this repository. Any other kind
of block fails, so that none is there which nobody runs. Needs `target/release/clientdesk` and the examples beside it
(`CLIENTDESK` and `EXAMPLES` name others), Python 3.10 or newer, Node 20 or newer, curl.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = ["docs/start.md", "docs/operating.md", "docs/cookbook.md"]
PROGRAM = Path(os.environ.get("CLIENTDESK", REPOSITORY / "target/release/clientdesk")).resolve()
EXAMPLES = Path(os.environ.get("EXAMPLES", REPOSITORY / "target/release/examples")).resolve()
# What the pages call the service. Programs of the reader's own are at 8800, here as well.
SERVICE, OWN = "127.0.0.1:8700", ("127.0.0.1", 8800)


class Wrong(Exception):
    """Something isn't as a page shows it."""


# `cargo run` is answered with what is built already.
PRELUDE = """
set -euo pipefail
cargo() { [ "$*" != "build --release" ] || return 0; [ "$1 $2 $3" = "run --release --example" ] || { echo "nobody runs: cargo $*" >&2; exit 1; }; local name=$4; shift 4; if [ "$BASHPID" = $$ ]; then "$EXAMPLES/$name" "$@"; else exec "$EXAMPLES/$name" "$@"; fi; }
"""


def chapters(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The chapters of a page, each with its blocks: their kind and text."""
    found: list[tuple[str, list[tuple[str, str]]]] = [("", [])]
    kind, lines = None, []
    for line in (REPOSITORY / page).read_text().splitlines():
        if kind is not None:
            if line.startswith("```"):
                found[-1][1].append((kind, "\n".join(lines) + "\n"))
                kind, lines = None, []
            else:
                lines.append(line)
        elif line.startswith("```"):
            kind = line[3:]
        elif line.startswith("## "):
            found.append((line[3:], []))
    assert kind is None, f"{page}: a block without an end"
    return [(title, blocks) for title, blocks in found if blocks]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def environment(home: Path) -> dict[str, str]:
    """A home that nobody has anything in."""
    binaries = home / "bin"
    binaries.mkdir(exist_ok=True)
    (binaries / "clientdesk").unlink(missing_ok=True)
    (binaries / "clientdesk").symlink_to(PROGRAM)
    path = f"{binaries}:{os.environ['PATH']}"
    own = {"HOME": str(home), "PATH": path, "NO_COLOR": "1", "EXAMPLES": str(EXAMPLES), "PYTHONUNBUFFERED": "1"}
    # The compiled component is made once.
    return own | {"XDG_CACHE_HOME": str(REPOSITORY / "target/docs-cache"), "LANG": os.environ.get("LANG", "C.UTF-8")}


def serve(home: Path, port: int, *more: str) -> subprocess.Popen:
    """The service that the pages speak of, once it answers."""
    log = open(home / "service.log", "w")
    command = [PROGRAM, "serve", "--listen", f"127.0.0.1:{port}", *more]
    serving = subprocess.Popen(command, env=environment(home), stdout=log, stderr=log)
    for _ in range(2400):
        if serving.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            if "Serving" in (home / "service.log").read_text():
                return serving
        except OSError:
            pass
        time.sleep(0.05)
    serving.kill()
    raise SystemExit(f"the service doesn't start:\n{(home / 'service.log').read_text()}")


def end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


def looks_like(shown: str, printed: str) -> bool:
    """Whether a screen is what was printed: `…` alone on a line stands for lines, elsewhere for what is in one."""
    parts = []
    for line in shown.splitlines():
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*?".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ ]*\n")
    return re.search("(?m)^" + "".join(parts), printed) is not None


def run(page: str, title: str, blocks: list[tuple[str, str]], sample: Path, port: int) -> None:
    """Runs the blocks of a chapter, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)

        def placed(text: str) -> str:
            return text.replace(SERVICE, f"127.0.0.1:{port}")

        script, screens, options = [PRELUDE], [], None
        for kind, text in blocks:
            match kind:
                case "sh":
                    lines = text.splitlines(keepends=True)
                    if lines[-1].startswith("clientdesk serve"):
                        # It goes on, as in a terminal of its own; what it prints is the block's.
                        options = lines.pop().split()[2:]
                        lines.append(f"cat {home}/service.log\n")
                    number = len(script)
                    script.append(f"{{\n{placed(''.join(lines))}}} > {home}/{number}.out\n")
                case "text":
                    screens.append((len(script) - 1, placed(text)))
                case "js" | "python":
                    name = text.split("\n", 1)[0].lstrip("/# ").strip()
                    if not re.fullmatch(r"[a-z_]+\.(py|mjs)", name):
                        raise Wrong(f"{page}, {title}: a file without a name")
                    (home / name).write_text(placed(text))
                case "rust":
                    known = (path.read_text() for path in REPOSITORY.glob("host-harness/*/examples/*.rs"))
                    if text not in known:
                        raise Wrong(f"{page}, {title}: no example is as this block")
                case _:
                    raise Wrong(f"{page}, {title}: nobody runs blocks of `{kind}`")
        if options is None:
            shutil.copytree(sample, home, dirs_exist_ok=True)
        if options is None and any(SERVICE in text for _, text in blocks):
            options = []
        serving = None if options is None else serve(home, port, *options)
        shell = subprocess.Popen(
            ["bash", "-c", "".join(script)],
            cwd=home, env=environment(home), stderr=subprocess.STDOUT, stdout=open(home / "all.err", "w"),
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            code = shell.wait(300)
        except subprocess.TimeoutExpired:
            code = "none: it doesn't end"
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            if serving:
                end(serving)
        outs = [(home / f"{number}.out") for number in range(1, len(script))]
        printed = [out.read_text() if out.exists() else "" for out in outs]
        if code != 0:
            errors = (home / "all.err").read_text()
            raise Wrong(f"{page}, {title}: exit code {code}\n{''.join(printed)}\n{errors}")
        for number, screen in screens:
            if not looks_like(screen, printed[number - 1]):
                raise Wrong(f"{page}, {title}: it shows\n{screen}\nand this was printed\n{printed[number - 1]}")


def main() -> None:
    assert PROGRAM.exists(), f"there is no {PROGRAM}"
    port, ran, wrong, began = free_port(), 0, [], time.monotonic()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(OWN)
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder)
        end(serve(sample, port))
        shutil.rmtree(sample / "bin")
        for wanted in sys.argv[1:] or PAGES:
            page, _, chapter = wanted.partition(":")
            for title, blocks in chapters(page):
                if not title.startswith(chapter):
                    continue
                try:
                    run(page, title, blocks, sample, port)
                except Wrong as error:
                    wrong.append(str(error))
                    continue
                ran += len(blocks)
                print(f"{page}: {title} ({len(blocks)} blocks)", flush=True)
    if wrong:
        raise SystemExit("\n\n".join(wrong))
    print(f"{ran} blocks are as they are shown, in {time.monotonic() - began:.0f} s")


main()
