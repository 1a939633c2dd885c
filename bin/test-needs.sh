#!/usr/bin/env bash
# Installs the Debian packages the tests meet as real peers, or names what is missing.
set -euo pipefail
declare -A packages=(
  [nginx]=nginx [haproxy]=haproxy [psql]=postgresql-client [pg_ctlcluster]=postgresql [chromium]=chromium [git]=git [openssl]=openssl [curl]=curl [nghttp]=nghttp2-client [h2load]=nghttp2-client [wrk]=wrk [git-http-backend]=git
  [ip]=iproute2 [nft]=nftables [pebble]=pebble [tmux]=tmux [zsh]=zsh [fish]=fish [man]=man-db [systemd-analyze]=systemd [socat]=socat [slowhttptest]=slowhttptest [faketime]=faketime
)
missing=()
have() {
  case $1 in
    git-http-backend) [ -x "$(git --exec-path 2>/dev/null)/git-http-backend" ] ;;
    nginx | haproxy) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}
for program in "${!packages[@]}"; do
  have "$program" || missing+=("${packages[$program]}")
done
[ ${#missing[@]} = 0 ] && exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "make test needs these Debian packages: ${missing[*]} (apt-get install them as root)" >&2
    exit 1
  fi
  sudo=sudo
fi
echo "installing for the tests: ${missing[*]}"
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
for program in "${!packages[@]}"; do
  have "$program" || { echo "still missing after the installation: $program" >&2; exit 1; }
done
