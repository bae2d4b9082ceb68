# What the scripts that try stores on servers have in common: they source it, and say
#   folder      a folder of their own
#   address_of  a function: the address of the store of a name

step() { printf '\n--- %s (%s s)\n' "$*" "$SECONDS"; }

clientdesk=target/release/clientdesk
desk=$folder/desk
mkdir -p "$desk"

# $1: at least so many tests must run; the rest: what cargo is told.
tested() {
  local least=$1
  shift
  cargo test --release "$@" 2>&1 | tee "$folder/tested"
  local passed
  passed=$(sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' "$folder/tested" | awk '{ sum += $1 } END { print sum + 0 }')
  if [ "$passed" -lt "$least" ]; then
    echo "only $passed tests ran, of at least $least" >&2
    exit 1
  fi
}

# $1: the store's name; the rest: a command, on that store.
on() {
  local store=$1
  shift
  "$clientdesk" "$@" --store "$(address_of "$store")" --keys "$desk/$store.keys.json"
}

agency() {
  on "$1" agencies create acme --name Acme --notification-email office@acme.example --portal-address https://clients.acme.example
  on "$1" brands create Nike --id nike --agency acme
} > /dev/null

# $1: what it must say; $2: after how many seconds at the latest; the rest: a command, which must be refused.
refused() {
  local words=$1 most=$2 begun=$SECONDS
  shift 2
  if "$@" > "$desk/out" 2> "$desk/error"; then
    echo "it wasn't refused: $*" >&2
    exit 1
  fi
  tail -n 1 "$desk/error"
  grep --quiet --fixed-strings "$words" "$desk/out" "$desk/error" || { echo "nothing of \`$words\`" >&2 && exit 1; }
  [ $((SECONDS - begun)) -le "$most" ] || { echo "it took $((SECONDS - begun)) seconds" >&2 && exit 1; }
}

# Whether everything of a store is as it must be.
sound() {
  on "$1" log verify --agency acme
  on "$1" check
}

# $1: a server's script; $2: its folder. Kills it again and again until `end_of_kills`.
kills_begin() {
  {
    trap 'exit 0' TERM
    while true; do
      sleep 4
      "$1" kill "$2"
      "$1" start "$2" > /dev/null 2>&1
      echo killed >> "$folder/kills"
    done
  } &
  killer=$!
}

end_of_kills() {
  kill "$killer"
  wait "$killer" || true
  echo "the server was killed $(wc -l < "$folder/kills") times"
}
