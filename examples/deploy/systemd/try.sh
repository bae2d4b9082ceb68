#!/usr/bin/env bash
# Tries the units as far as that goes without systemd as process 1: systemd reads them and finds them sound and tight; every call of
# the system that the service makes is one that they allow; the lines of the backup do what they say.
#   examples/deploy/systemd/try.sh [PROGRAM]     PROGRAM: `target/release/clientdesk`
# Needs curl, Python 3, and Debian's packages systemd and strace.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../../target/release/clientdesk}")
folder=$(mktemp -d /tmp/clientdesk-systemd-XXXXXX)
tracing=
end() {
  if [ -n "$tracing" ]; then kill "$tracing" 2> /dev/null || true; fi
  rm -rf "$folder"
}
trap end EXIT

# They name a program that needn't be installed here. A copy: nobody else may come to where it was built.
mkdir -p "$folder/units/clientdesk.service.d"
install -D -m 755 "$program" "$folder/bin/clientdesk"
program=$folder/bin/clientdesk
for unit in clientdesk.service clientdesk-backup.service clientdesk-backup.timer; do
  sed "s|/usr/bin/clientdesk|$folder/bin/clientdesk|" "$here/$unit" > "$folder/units/$unit"
done
# The units alone, then with what can be put beside them.
verified() {
  SYSTEMD_UNIT_PATH="$folder/units:" systemd-analyze verify --man=no "$folder"/units/*.{service,timer} > "$folder/said" 2>&1 \
    && [ ! -s "$folder/said" ] || { cat "$folder/said" >&2; exit 1; }
}
verified
cp "$here"/{postgres,credential}.conf "$folder/units/clientdesk.service.d/"
verified
# Hundredths of ten: 2.0 of 10 at most.
for unit in clientdesk.service clientdesk-backup.service; do
  systemd-analyze security --no-pager --offline=true --threshold=20 "$here/$unit" | tail -n 1
done

export CLIENTDESK_STORE=$folder/live.sqlite
"$program" agencies create acme --name Acme --notification-email office@acme.example \
  --portal-address https://clients.acme.example > /dev/null
key=$("$program" api-keys create --name Platform --json | sed -n 's/.*"key": "\(.*\)".*/\1/p')

port=$(shuf -i 20000-32000 -n 1)
# Root does more than others may: SQLite gives its files away.
as=()
if [ "$(id -u)" = 0 ]; then
  chown -R nobody "$folder"
  as=(--user=nobody)
fi
# Compiled anew, so that this is seen, too.
XDG_CACHE_HOME=$folder/cache strace "${as[@]}" --follow-forks --quiet=all --summary-only --summary-columns=name --output="$folder/traced" \
  "$program" serve --listen "127.0.0.1:$port" --name desk.example --behind-proxy --no-sample > "$folder/told" 2> "$folder/log" &
tracing=$!
for _ in $(seq 1200); do
  if curl -s -f "http://127.0.0.1:$port/readyz" > /dev/null; then break; fi
  kill -0 "$tracing" 2> /dev/null || { cat "$folder/told" "$folder/log" >&2; exit 1; }
  sleep 0.1
done
as_olga='{"call": {"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}}'
called() { curl -sS -f "http://127.0.0.1:$port$1" -H "authorization: Bearer $key" --json "$2" > /dev/null; }
called /v1/call/brands.create "$as_olga, \"brand\": {\"id\": \"nike\", \"name\": \"Nike\"}}"
called /v1/call/clients.invite-by-email "$as_olga, \"invite\": {\"email\": \"ann@nike.example\", \"brands\": [\"nike\"]}}"
# To itself, which doesn't take it: that it goes out is what counts.
called /v1/webhooks "{\"url\": \"http://localhost:$port/\", \"agency\": \"acme\", \"kinds\": [], \"after\": 0}"
curl -sS -f "http://127.0.0.1:$port/portal/acme/log-in" > /dev/null
curl -sS -f "http://127.0.0.1:$port/metrics" -H "authorization: Bearer $key" > /dev/null
sleep 1
pkill -TERM -P "$tracing"
wait "$tracing"
tracing=
python3 "$here/allowed.py" "$here/clientdesk.service" "$folder/traced"

# The backup, by its own lines.
export HOME=$folder BACKUPS=$folder/backups PATH=$folder/bin:$PATH
mkdir "$BACKUPS"
lines=0
while read -r line; do
  line=${line//\/tmp\/tried/$folder/tried}
  line=${line//\$\$/\$}
  bash -euc "${line//%%/%}" > "$folder/said" 2>&1 || { cat "$folder/said" >&2; exit 1; }
  lines=$((lines + 1))
done < <(sed -n 's/^ExecStart=//p' "$here/clientdesk-backup.service")
[ "$lines" = 4 ] && [ "$(find "$BACKUPS" -name '*.tar' -size +0 | wc -l)" = 1 ]
"$program" log verify --agency acme --store "$folder/tried.sqlite"
echo "the backup was made, and tried"
echo "not tried: the units under systemd itself, which isn't this machine's process 1"
