#!/usr/bin/env bash
# Installs Debian's packages for what is named and isn't there: `buildah`, `npm`, `chromium` (or what `CHROMIUM` names), `curl`,
# `etcd`, `nginx`, `openssl`, `postgresql`, `strace`, `systemd-analyze`.
set -euo pipefail

packages=()
for named in "$@"; do
  case $named in
    npm) command -v npm > /dev/null || packages+=(nodejs npm) ;;
    chromium) command -v "${CHROMIUM:-chromium}" > /dev/null || packages+=(chromium) ;;
    buildah | curl | openssl | strace) command -v "$named" > /dev/null || packages+=("$named") ;;
    nginx) [ -x /usr/sbin/nginx ] || command -v nginx > /dev/null || packages+=(nginx-light) ;;
    systemd-analyze) command -v systemd-analyze > /dev/null || packages+=(systemd) ;;
    postgresql) ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || packages+=(postgresql) ;;
    etcd) command -v etcd > /dev/null && command -v etcdctl > /dev/null || packages+=(etcd-server etcd-client) ;;
    *) echo "nobody knows the package of \`$named\`" >&2; exit 1 ;;
  esac
done
if [ "${#packages[@]}" -gt 0 ]; then
  apt-get update -q
  apt-get install -y -q --no-install-recommends "${packages[@]}"
fi
