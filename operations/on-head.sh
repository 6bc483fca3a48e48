#!/bin/bash
# `sian` on the head as its units run it: their user, environment, home and graph. In a shell without
# these a command would look at a ledger that nobody uses, and find nothing at work there.
#
#     install -m 755 operations/on-head.sh /usr/local/bin/sian
set -euo pipefail
unit_user=sian

# Files of systemd's EnvironmentFile=: NAME=value, nothing is expanded. What is set already stays.
load() {
  local line name value
  [ -r "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | [#\;]*) continue ;; *=*) ;; *) continue ;; esac
    name=${line%%=*} value=${line#*=}
    case $value in \"*\" | \'*\') value=${value:1:${#value}-2} ;; esac
    [ -n "${!name+set}" ] || export "$name=$value"
  done < "$1"
}

for file in head.env sian.env keys.env; do load "/etc/sian/$file"; done
export HOME=/var/lib/sian SIAN_HOME=${SIAN_HOME:-/var/lib/sian}
if [ -z "${SIAN_GRAPH:-}" ] && [ -e /etc/sian/graph.yaml ]; then export SIAN_GRAPH=/etc/sian/graph.yaml; fi
case "$(id -un)" in
  "$unit_user") exec /opt/sian/.venv/bin/sian "$@" ;;
  # keys.env can be read by root alone: it is read before the user changes.
  root) exec runuser -u "$unit_user" -- /opt/sian/.venv/bin/sian "$@" ;;
  *) echo "sian: run this as root or as $unit_user, such as by sudo" >&2; exit 2 ;;
esac
