#!/usr/bin/env bash
# Installs Debian's packages for what is named and isn't there: `npm`, `chromium` (or what `CHROMIUM` names), `curl`,
# `postgresql`, `etcd`.
set -euo pipefail

packages=()
for named in "$@"; do
  case $named in
    npm) command -v npm > /dev/null || packages+=(nodejs npm) ;;
    chromium) command -v "${CHROMIUM:-chromium}" > /dev/null || packages+=(chromium) ;;
    curl) command -v curl > /dev/null || packages+=(curl) ;;
    postgresql) ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || packages+=(postgresql) ;;
    etcd) command -v etcd > /dev/null && command -v etcdctl > /dev/null || packages+=(etcd-server etcd-client) ;;
    *) echo "nobody knows the package of \`$named\`" >&2; exit 1 ;;
  esac
done
if [ "${#packages[@]}" -gt 0 ]; then
  apt-get update -q
  apt-get install -y -q --no-install-recommends "${packages[@]}"
fi
