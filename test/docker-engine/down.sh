#!/bin/sh
# Stops the engine that up.sh started, with its containers. With --purge, its data goes too.
set -eu

state=${TEST_DOCKER_STATE:-${TMPDIR:-/tmp}/fsm-docker-engine}
bridge=${TEST_DOCKER_BRIDGE:-fsmdocker0}
socket=$state/docker.sock
PATH=$PATH:/usr/sbin:/sbin

# The bridges of networks would stay, and their routes: the next engine's networks of the same subnet could not be reached.
if [ "${1:-}" = --purge ] && [ -S "$socket" ]; then
  docker -H "unix://$socket" ps --all --quiet | xargs -r docker -H "unix://$socket" rm --force >/dev/null 2>&1 || true
  docker -H "unix://$socket" network prune --force >/dev/null 2>&1 || true
fi
if [ -f "$state/dockerd.pid" ]; then
  pid=$(cat "$state/dockerd.pid")
  kill "$pid" 2>/dev/null || true
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 120 ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
fi
rm -f "$socket"
ip link delete "$bridge" 2>/dev/null || true
[ "${1:-}" = --purge ] && rm -rf "$state"
exit 0
