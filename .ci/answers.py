"""Compares what the stories' calls gave with `docs/openapi.json`: their arguments, answers and errors.

Takes the folder of recordings that `.ci/record.sh` writes.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import jsonschema_rs

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())


def checked(schema):
    """A schema of the document, with what it refers to."""
    return jsonschema_rs.Draft202012Validator({"components": DOCUMENT["components"], **schema})


def of_function(function):
    """How arguments and an answer of a function look; no answer: there is nothing to give."""
    operation = DOCUMENT["paths"][f"/v1/call/{function}"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"].get("200")
    answer = answer and checked(answer["content"]["application/json"]["schema"])
    return checked(body), answer


def main(folder):
    error = checked({"$ref": "#/components/schemas/types.error"})
    functions, seen, wrong = {}, Counter(), []

    def look(kind, validator, value, step):
        seen[kind] += 1
        if validator is None:
            problem = None if value is None else f"the document has no answer, and it gave {value}"
        else:
            problem = next((f"{e.message[:300]} at {list(e.instance_path)}" for e in validator.iter_errors(value)), None)
        if problem:
            wrong.append(f"{kind} of {step['call']}: {problem}")

    for file in sorted(Path(folder).rglob("*.jsonl")):
        for line in file.read_text().splitlines():
            step = json.loads(line)
            if "call" not in step:
                continue
            function = step["call"]
            if function not in functions:
                functions[function] = of_function(function)
            arguments, answer = functions[function]
            if "ok" in step:
                look("arguments", arguments, step["arguments"], step)
                look("answers", answer, step["ok"], step)
            elif "err" in step:
                look("errors", error, step["err"], step)
    known = sum(place.startswith("/v1/call/") for place in DOCUMENT["paths"])
    print(f"{len(functions)} of {known} functions:", ", ".join(f"{n} {kind}" for kind, n in sorted(seen.items())))
    for problem in sorted(set(wrong))[:50]:
        print(problem, file=sys.stderr)
    if wrong or len(functions) < known:
        sys.exit(f"{len(wrong)} aren't as docs/openapi.json says; {known - len(functions)} functions were never called")


main(*sys.argv[1:])
