# Sourced by every script here. Every name and address can be set from outside, so that several clusters can be up at once.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)   # scripts and sources; nothing is written here
ROOT=${TEST_CLUSTER_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/feature-store-monitoring/test-cluster}
NS=${TEST_CLUSTER_NETNS:-testcluster}          # everything runs in this network namespace
BIN=$ROOT/bin; STATE=${TEST_CLUSTER_STATE:-$ROOT/state}; LOG=$ROOT/log; RUN=$ROOT/run; PKI=$STATE/pki; KC=$STATE/kubeconfig
CG=/$NS                                  # cgroup (v1) under which pods run
CGSYS=/$NS-sys                           # cgroup (pids, memory) of our own processes
HOST_IP=${TEST_CLUSTER_HOST_IP:-10.98.0.1}; NODE_IP=${TEST_CLUSTER_NODE_IP:-10.98.0.2}   # veth pair host <-> namespace (/24)
POD_CIDR=${TEST_CLUSTER_POD_CIDR:-10.243.0.0/24}; SVC_NET=${TEST_CLUSTER_SVC_NET:-10.95}
SVC_CIDR=$SVC_NET.0.0/16; KUBE_IP=$SVC_NET.0.1; DNS_IP=$SVC_NET.0.10
CSOCK=/run/$NS/containerd.sock
NODE=${TEST_CLUSTER_NODE:-node1}
NIC_H=${TEST_CLUSTER_NIC:-tc}-host; NIC_N=${TEST_CLUSTER_NIC:-tc}-node
export KUBECONFIG=$KC/admin
ctr_() { ctr -a "$CSOCK" -n k8s.io "$@"; }
