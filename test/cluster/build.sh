#!/bin/bash
# Builds the cluster's commands from Go modules.  usage: build.sh [name...]
set -euo pipefail
cd "$(dirname "$0")"; . ./env.sh
SRC=$ROOT/src; mkdir -p "$SRC"; cp -rf "$HERE"/src/. "$SRC"/   # go may rewrite go.mod: work on a copy
K8S=v1.36.4
mkdir -p "$BIN" "$LOG"
exec 9>"$ROOT/build.lock"; flock 9   # whoever needs the commands waits for it: cluster.ts
export CGO_ENABLED=0 GOFLAGS="-mod=mod -buildvcs=false"
L="-s -w"
for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  L="$L -X $p.gitVersion=$K8S -X $p.gitMajor=1 -X $p.gitMinor=36 -X $p.gitCommit=0000000000000000000000000000000000000000 -X $p.gitTreeState=clean -X $p.buildDate=1970-01-01T00:00:00Z"
done
one() { # name dir package [extra args]
  local n=$1 d=$2 p=$3; shift 3
  [ -x "$BIN/$n" ] && [ -z "${FORCE:-}" ] && { echo "$n: have"; return; }
  ( cd "$SRC/$d"; TIMEFORMAT="$n real=%R user=%U sys=%S"; time nice -n 5 go build -trimpath "$@" -ldflags "$L" -o "$BIN/$n" "$p" ) 2>&1 | tee -a "$LOG/build-times.log"
}
want() { [ ${#W[@]} = 0 ] && return 0; for w in "${W[@]}"; do [ "$w" = "$1" ] && return 0; done; return 1; }
W=("$@")
want etcd                    && one etcd                    k8s go.etcd.io/etcd/server/v3
want kube-apiserver          && one kube-apiserver          k8s k8s.io/kubernetes/cmd/kube-apiserver
want kube-controller-manager && one kube-controller-manager k8s k8s.io/kubernetes/cmd/kube-controller-manager
want kube-scheduler          && one kube-scheduler          k8s k8s.io/kubernetes/cmd/kube-scheduler
want kubelet                 && one kubelet                 k8s k8s.io/kubernetes/cmd/kubelet
want kube-proxy              && one kube-proxy              k8s k8s.io/kubernetes/cmd/kube-proxy
want coredns                 && one coredns                 coredns .
want netpol                  && one netpol                  k8s ./netpol
want pause                   && one pause                   pause .
mkdir -p "$ROOT/img"
img() { [ ! -x "$BIN/$1" ] || [ "$ROOT/img/$1.tar" -nt "$BIN/$1" ] || "$HERE/../../node_modules/.bin/node" "$HERE/../images/mkimage.ts" "$ROOT/img/$1.tar" "registry.local/$1:$2" --user "$3" "$BIN/$1=$1" -- "/$1"; }
img pause 1 65535:65535; img coredns 1.15.0 65532:65532
true
