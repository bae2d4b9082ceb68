#!/usr/bin/env bash
# Tries the image without a daemon, a network or the ten minutes of its first stage: buildah builds the last stage, around a program
# that is built already. Then it is run as a container would be: a read-only root, a user that isn't root and may become nobody else, no
# capabilities, one folder to write to, no other processes to see. Checks that it serves, writes nowhere else, and stops when told to.
#   examples/deploy/image/try.sh [PROGRAM]     PROGRAM: `target/release/clientdesk`
# Needs root and curl. Without Debian's package buildah, the same files are taken as `rootfs` puts them together. `HADOLINT` names a
# linter for the Containerfile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../../target/release/clientdesk}")
toolchain=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$here/../../../rust-toolchain.toml")

grep --quiet "^FROM rust:$toolchain-slim-" "$here/Containerfile" \
  || { echo "the Containerfile builds with another Rust than rust-toolchain.toml's $toolchain" >&2; exit 1; }
if [ -n "${HADOLINT:-}" ]; then
  "$HADOLINT" "$here/Containerfile"
  echo "the linter finds nothing in the Containerfile"
fi

if [ "$(id -u)" != 0 ] || ! unshare --mount --pid --fork --ipc --uts true 2> /dev/null; then
  echo "not tried: what is in the image, for only root can give a process namespaces of its own, and not everywhere"
  exit 0
fi

folder=$(mktemp -d /tmp/clientdesk-image-XXXXXX)
unshared=
end() {
  if [ -n "$unshared" ]; then kill -9 "$unshared" 2> /dev/null || true; wait "$unshared" || true; fi
  rm -rf "$folder"
}
trap end EXIT
"$here/rootfs" "$program" "$folder/image"
root=$folder/image
if command -v buildah > /dev/null; then
  mkdir "$folder/context"
  mv "$folder/image" "$folder/context/image"
  mv "$folder/context/image/var/lib" "$folder/context/data"
  { printf 'FROM scratch AS build\nCOPY image /image\nCOPY data /data\n'; sed -n '/^FROM scratch/,$p' "$here/Containerfile"; } \
    > "$folder/context/Containerfile"
  images() { buildah --storage-driver vfs --root "$folder/storage" --runroot "$folder/storing" "$@"; }
  images bud --quiet --isolation chroot --tag clientdesk --file "$folder/context/Containerfile" "$folder/context" > /dev/null
  rm -rf "$folder/context"
  container=$(images from clientdesk)
  root=$(images mount "$container")
  [ "$(stat --format '%u %a' "$root/var/lib/clientdesk")" = "65532 700" ] || { echo "its folder isn't its own" >&2; exit 1; }
  echo "built: $(images images --format '{{.Size}}' | head -n 1), $(images run --isolation chroot "$container" -- /usr/bin/clientdesk --version)"
else
  echo "not built, for there is no buildah: the files that it would have are taken"
fi
echo "the image holds $(find "$root" -type f | wc -l) files, $(du -sm "$root" | cut -f 1) MB"
mkdir "$folder/data"
chown 65532:65532 "$folder/data"
chmod 700 "$folder/data"

# The environment that the Containerfile sets.
sed -n 's/\\$//; s/^\(ENV\|   \) \([A-Z_]*=[^ ]*\) *$/\2/p' "$here/Containerfile" > "$folder/environment"
# What a runtime does, in short: the data is a place of its own, beside the rest, which is read-only; the program is process 1. Of
# `/proc`, it sees no more than the unit for systemd allows.
cat > "$folder/inside" << 'EOF'
set -euo pipefail
folder=$1 root=$2
shift 2
mapfile -t environment < "$folder/environment"
mount --bind "$root" "$root"
mount --bind "$folder/data" "$root/var/lib/clientdesk"
mount -t proc -o nosuid,nodev,noexec,subset=pid,hidepid=invisible proc "$root/proc" 2> /dev/null \
  || mount -t proc -o nosuid,nodev,noexec proc "$root/proc" # a kernel before 5.8
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs --inh-caps=-all env --ignore-environment "${environment[@]}" \
  "$(command -v chroot)" --userspec=65532:65532 "$root" /usr/bin/clientdesk "$@"
EOF
# A command of `clientdesk` in the container, in place of the shell that asks for it.
contained() { exec unshare --mount --pid --fork --kill-child --ipc --uts bash "$folder/inside" "$folder" "$root" "$@"; }
state() { (cd "$root" && find . -printf '%p %s %T@ %m %U\n' | sort); }

state > "$folder/before"
(contained agencies create acme --name Acme --notification-email office@acme.example \
  --portal-address https://clients.acme.example > /dev/null)
contained api-keys create --name Platform --json | sed -n 's/.*"key": "\(.*\)".*/\1/p' > "$folder/key"

port=$(shuf -i 20000-32000 -n 1)
mapfile -t command < <(sed -n 's/^CMD \[\(.*\)\]/\1/p' "$here/Containerfile" | sed 's/, /\n/g; s/"//g; s/:8700/:'"$port"'/g')
contained "${command[@]}" > "$folder/told" 2> "$folder/log" &
unshared=$!
for _ in $(seq 600); do
  if curl -s -f "http://localhost:$port/readyz" > /dev/null; then break; fi
  kill -0 "$unshared" 2> /dev/null || { cat "$folder/told" "$folder/log" >&2; exit 1; }
  sleep 0.1
done
serving=$(pgrep -P "$unshared")
key=$(cat "$folder/key")
brand='{"call": {"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}}, "brand": {"name": "Nike"}}'
curl -sS -f "http://localhost:$port/v1/call/brands.create" -H "authorization: Bearer $key" --json "$brand" > /dev/null
curl -sS -f "http://localhost:$port/docs" > /dev/null
[ "$(curl -s -o /dev/null -w '%{http_code}' "http://localhost:$port/v1/api-keys")" = 401 ]

is() { grep --quiet --extended-regexp "$1" "$2" || { echo "nothing of \`$1\` in $2" >&2; exit 1; }; }
is '^Uid:\s65532\s65532\s65532\s65532$' "/proc/$serving/status"
is '^CapEff:\s0+$' "/proc/$serving/status"
is '^CapPrm:\s0+$' "/proc/$serving/status"
is '^NoNewPrivs:\s1$' "/proc/$serving/status"
is '^NSpid:.*\s1$' "/proc/$serving/status"
is ' / ro,' "/proc/$serving/mountinfo"
# Nobody else reads what is kept.
[ -z "$(find "$folder/data" -mindepth 1 -maxdepth 1 -type f -perm /077)" ]
echo "it serves as process 1, user 65532, without capabilities, on a read-only root"

begun=$SECONDS
kill -TERM "$serving"
wait "$unshared" && ended=0 || ended=$?
unshared=
[ "$ended" = 0 ] || { echo "SIGTERM ends it with $ended" >&2; exit 1; }
is '"message":"stopped"' "$folder/log"
state | diff "$folder/before" - || { echo "it wrote outside of its data" >&2; exit 1; }
echo "it stopped in order, within $((SECONDS - begun)) s, and wrote to its data alone: $(ls -A "$folder/data" | tr '\n' ' ')"
