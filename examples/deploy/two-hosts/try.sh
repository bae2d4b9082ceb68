#!/usr/bin/env bash
# Starts the two hosts of `up.sh`, puts load on them, kills them in turn again and again, and looks whether all is as if nothing
# had happened. `KILLS` (30) says how often.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
clientdesk=${CLIENTDESK:-$here/../../../target/release/clientdesk}
clientdesk=$(realpath "$clientdesk")
folder=$(mktemp -d /tmp/clientdesk-two-hosts-XXXXXX)
# The database's own user has to get through.
chmod 755 "$folder"
up=
end() {
  if [ -n "$up" ]; then kill "$up" 2> /dev/null || true; wait "$up" || true; fi
  rm -rf "$folder"
}
trap end EXIT

# Others may have a port; then other ones are tried.
for _ in 1 2 3; do
  first=$(shuf -i 20000-32000 -n 1)
  CLIENTDESK=$clientdesk PORT=$first ONE=$((first + 1)) TWO=$((first + 2)) "$here/up.sh" "$folder/desk" > "$folder/told" 2>&1 &
  up=$!
  for _ in $(seq 600); do
    if [ -f "$folder/desk/is-up" ]; then break 2; fi
    kill -0 "$up" 2> /dev/null || break
    sleep 0.1
  done
  kill "$up" 2> /dev/null || true
  wait "$up" || true
  rm -rf "$folder/desk"
done
if [ ! -f "$folder/desk/is-up" ]; then cat "$folder/told" >&2; exit 1; fi

python3 -B "$here/load.py" "$folder/desk" --address "https://localhost:$first" --one $((first + 1)) --two $((first + 2)) \
  --kills "${KILLS:-30}"

address=$(sed -n 's/^Serving `\(.*\)` at.*/\1/p' "$folder/desk/one.log" | head -n 1)
# With the ring of either host.
for host in one two; do
  PGPASSWORD="a word" "$clientdesk" log verify --agency acme --store "$address" --keys "$folder/desk/$host/desk.keys.json"
done
PGPASSWORD="a word" "$clientdesk" check --store "$address" --keys "$folder/desk/one/desk.keys.json"
# What went wrong by the hosts' own account.
if grep -h '"level":"ERROR"' "$folder"/desk/{one,two}.log; then
  echo "the hosts' logs have errors" >&2
  exit 1
fi

# The database goes away, and comes back: nobody has to do anything about the hosts.
asked() {
  curl -s -o "$folder/answer" -D "$folder/headers" -w '%{http_code}' --max-time 30 --cacert "$folder/desk/cert.pem" \
    -H "authorization: Bearer $(cat "$folder/desk/key")" -X POST "https://localhost:$first/v1/call/system.status"
}
database="$here/../../../.ci/postgres-server"
[ "$(asked)" = 200 ]
"$database" stop "$folder/desk/postgres"
status=$(asked)
[ "$status" = 503 ] && grep --quiet --ignore-case '^retry-after: ' "$folder/headers" \
  || { echo "while the database is away, a call is answered $status: $(cat "$folder/answer")" >&2; exit 1; }
"$database" start "$folder/desk/postgres" > /dev/null
for _ in $(seq 100); do
  status=$(asked)
  [ "$status" != 200 ] || break
  sleep 0.1
done
[ "$status" = 200 ] || { echo "the database is back, and a call is answered $status" >&2; exit 1; }
echo "while the database was away, calls were told to come again (503); then all was well without a restart"
