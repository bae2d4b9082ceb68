#!/usr/bin/env bash
# Lets Schemathesis look for answers of the HTTP service that its document doesn't know, for so many seconds (60): of
# the service with a key of the platform, of an agency's owner, and without any. What is drawn by chance follows from
# `SEED` (1). Then the answers of all stories are compared with the document.
# Needs `target/release/clientdesk`, what `.ci/record.sh` writes, and Python 3.10 or newer with venv.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
clientdesk=${CLIENTDESK:-target/release/clientdesk}
folder=$(mktemp -d)
serving=
end() {
  if [ -n "$serving" ]; then kill "$serving" 2> /dev/null || true; wait "$serving" || true; fi
  rm -rf "$folder"
}
trap end EXIT

tools=$PWD/target/http/bin
if [ ! -x "$tools/schemathesis" ]; then
  python3 -m venv target/http
  target/http/bin/pip install --quiet --disable-pip-version-check 'schemathesis==4.*'
fi

"$clientdesk" serve --json --store "$folder/store.sqlite" --listen 127.0.0.1:0 > "$folder/told" 2> "$folder/log" &
serving=$!
for _ in $(seq 600); do
  [ -s "$folder/told" ] && break
  sleep 0.1
done
address=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$folder/told")
made() { "$clientdesk" api-keys create --store "$folder/store.sqlite" --json "$@" | sed -n 's/.*"key": "\(.*\)".*/\1/p'; }
platform=$(made --name Platform)
owner=$(made --name Owner --agency acme --role owner)

# $1: who; $2: the share of the time; the rest: what Schemathesis is told besides.
look() {
  local who=$1 share=$2
  shift 2
  printf '\n--- %s (%s s)\n' "$who" "$SECONDS"
  # It leaves files where it runs.
  (cd "$folder" && "$tools/schemathesis" run "$address/openapi.json" --phases examples,coverage,fuzzing \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,ignored_auth \
    --seed "${SEED:-1}" --max-time "$((seconds * share / 100))" --request-timeout 20 --no-color --warnings off "$@")
}
look "with a key of the platform" 50 --header "Authorization: Bearer $platform"
look "with a key of an agency's owner" 40 --header "Authorization: Bearer $owner"
look "without a key" 10
if grep -E '"level":"ERROR"' "$folder/log"; then
  echo "the service's log has errors" >&2
  exit 1
fi

printf '\n--- the stories (%s s)\n' "$SECONDS"
"$tools/python" .ci/answers.py target/recordings
