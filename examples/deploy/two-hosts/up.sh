#!/usr/bin/env bash
# Two hosts of Clientdesk on one PostgreSQL, behind nginx with TLS, on this machine: what a real set-up looks like, to look at
# and to break. Ctrl-C ends all of it.
#   examples/deploy/two-hosts/up.sh            in a temporary folder, which is removed in the end
#   examples/deploy/two-hosts/up.sh FOLDER     in that folder, which is kept, and goes on where it was
# `PORT` (8443) is nginx's, `ONE` (8701) and `TWO` (8702) are the hosts'. Needs Debian's packages nginx-light, openssl and
# postgresql, and `target/release/clientdesk` (`cargo build --release`; `CLIENTDESK` names another).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
clientdesk=${CLIENTDESK:-$repository/target/release/clientdesk}
port=${PORT:-8443} one=${ONE:-8701} two=${TWO:-8702}
PATH=$PATH:/usr/sbin

missing() { echo "$1 isn't there: $2" >&2; exit 1; }
[ -x "$clientdesk" ] || missing "\`$clientdesk\`" "build it (cargo build --release), or name another with CLIENTDESK"
command -v nginx > /dev/null || missing nginx "install Debian's package nginx-light"
command -v openssl > /dev/null || missing openssl "install Debian's package openssl"

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  folder=$(cd "$1" && pwd) kept=1
else
  folder=$(mktemp -d /tmp/clientdesk-two-hosts-XXXXXX) kept=
fi
# The database's own user has to get through.
chmod 755 "$folder"

end() {
  trap '' INT TERM
  # The proxy first, so that nobody comes any more; then the hosts, which answer what they have begun; the store at last.
  for who in nginx one two; do
    [ -f "$folder/$who.loop" ] || continue
    kill "$(cat "$folder/$who.loop")" 2> /dev/null || true
    wait "$(cat "$folder/$who.loop")" || true
  done
  rm -f "$folder"/*.loop "$folder/is-up"
  "$repository/.ci/postgres-server" stop "$folder/postgres" 2> /dev/null || true
  if [ -z "$kept" ]; then rm -rf "$folder"; fi
}
trap end EXIT
trap 'exit 0' INT TERM

# Starts a program, and starts it again whenever it ends: what systemd does on a real machine (`Restart=`).
# $1: its name; the rest: the program. `NAME.pid` is the program's process, `NAME.log` what it says.
looked_after() {
  local name=$1 pid=
  shift
  trap 'trap "" TERM; [ -z "$pid" ] || kill "$pid" 2> /dev/null; wait; exit 0' TERM
  trap '' INT
  while true; do
    "$@" >> "$folder/$name.log" 2>&1 &
    pid=$!
    echo "$pid" > "$folder/$name.pid"
    wait "$pid" || true
    sleep 0.1
  done
}

# The store. Its password is no argument: everybody on a machine sees those.
address=$("$repository/.ci/postgres-server" start "$folder/postgres" 2> "$folder/postgres.told") \
  || { cat "$folder/postgres.told" >&2; exit 1; }
export CLIENTDESK_STORE="$address?schema=desk&deadline=5"

# The key ring is the same for both; each has a copy, as it would on a machine of its own. Mails go beside it.
mkdir -p "$folder/one" "$folder/two"
if [ ! -f "$folder/key" ]; then
  export CLIENTDESK_KEYS=$folder/one/desk.keys.json
  "$clientdesk" agencies create acme --name Acme --notification-email office@acme.example \
    --portal-address "https://localhost:$port/portal/acme" > /dev/null
  "$clientdesk" brands create Nike --id nike --agency acme > /dev/null
  (umask 077 && "$clientdesk" api-keys create --name Platform --json | sed -n 's/.*"key": "\(.*\)".*/\1/p' > "$folder/key")
fi
# Copied anew, keeping who may read it: nobody else.
if [ ! -f "$folder/two/desk.keys.json" ]; then install -m 600 "$folder/one/desk.keys.json" "$folder/two/desk.keys.json"; fi

for host in one two; do
  CLIENTDESK_KEYS=$folder/$host/desk.keys.json looked_after "$host" \
    "$clientdesk" serve --listen "127.0.0.1:${!host}" --name localhost --behind-proxy --no-sample &
  echo $! > "$folder/$host.loop"
done

if [ ! -f "$folder/cert.pem" ]; then
  (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$folder/key.pem" -out "$folder/cert.pem" 2> /dev/null)
fi
mkdir -p "$folder/temp"
sed "s/127\.0\.0\.1:8701/127.0.0.1:$one/; s/127\.0\.0\.1:8702/127.0.0.1:$two/; s/127\.0\.0\.1:8443/127.0.0.1:$port/" \
  "$here/nginx.conf" > "$folder/nginx.conf"
directives="daemon off;"
if [ "$(id -u)" = 0 ]; then directives="user nobody nogroup; $directives"; fi
nginx -t -q -p "$folder" -c "$folder/nginx.conf" -g "$directives" 2>> "$folder/nginx.told" \
  || { cat "$folder/nginx.told" >&2; exit 1; }
looked_after nginx nginx -p "$folder" -c "$folder/nginx.conf" -g "$directives" &
echo $! > "$folder/nginx.loop"

# A look without curl: is somebody there who says 200?
answers() {
  exec 3<> "/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  head -n 1 <&3 | grep --quiet ' 200 '
} 2> /dev/null
for host in one two; do
  for _ in $(seq 300); do
    if (answers "${!host}"); then continue 2; fi
    sleep 0.1
  done
  echo "host $host doesn't come up; the end of its log:" >&2
  tail -n 5 "$folder/$host.log" >&2
  exit 1
done

cat << EOF
Clientdesk at https://localhost:$port, by two hosts behind nginx; agency \`acme\`, portal at /portal/acme

  the hosts             http://127.0.0.1:$one and http://127.0.0.1:$two
  the platform's key    $folder/key
  whose certificate     $folder/cert.pem
  logs, mails           $folder/{one,two,nginx}.log, $folder/{one,two}/desk.mails
  the database          $folder/postgres

Try:

  curl --cacert $folder/cert.pem https://localhost:$port/v1/call/system.status -X POST \\
    -H "authorization: Bearer \$(cat $folder/key)"
  kill -9 \$(cat $folder/one.pid)      # nobody notices; it is back in a moment

Ctrl-C ends all of it.
EOF
touch "$folder/is-up"
wait
