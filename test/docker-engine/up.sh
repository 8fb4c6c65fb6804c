#!/bin/sh
# Starts a Docker engine of its own, beside any other: own socket, data, bridge and mount namespace.
# Prints DOCKER_HOST. Needs Linux, root, dockerd and iptables. Undone by down.sh.
set -eu

state=${TEST_DOCKER_STATE:-${TMPDIR:-/tmp}/fsm-docker-engine}
bridge=${TEST_DOCKER_BRIDGE:-fsmdocker0}
address=${TEST_DOCKER_BRIDGE_ADDRESS:-10.214.0.1/24}
socket=$state/docker.sock
PATH=$PATH:/usr/sbin:/sbin

mkdir -p "$state"
if [ -S "$socket" ] && docker -H "unix://$socket" version >/dev/null 2>&1; then
  echo "unix://$socket"
  exit 0
fi
rm -f "$socket" "$state/dockerd.pid"
if ! ip link show "$bridge" >/dev/null 2>&1; then
  ip link add name "$bridge" type bridge
  ip addr add "$address" dev "$bridge"
  ip link set "$bridge" up
fi
# A shared root, as systemd makes it: the engine refuses to pass on mounts below a private one.
setsid unshare --mount sh -c 'mount --make-rshared / && exec "$@"' sh \
  dockerd --host "unix://$socket" --data-root "$state/data" --exec-root "$state/exec" \
  --pidfile "$state/dockerd.pid" --bridge "$bridge" --userland-proxy=true \
  --default-address-pool base=10.215.0.0/16,size=24 >"$state/dockerd.log" 2>&1 </dev/null &

tries=0
until docker -H "unix://$socket" version >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -gt 120 ]; then
    echo "dockerd did not start; its last words ($state/dockerd.log):" >&2
    tail -5 "$state/dockerd.log" >&2
    exit 1
  fi
  sleep 0.5
done
echo "unix://$socket"
