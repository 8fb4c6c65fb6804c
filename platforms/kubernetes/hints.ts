/** What a cluster says, and what to do about it. */
const HINTS: readonly { readonly says: RegExp; readonly hint: (match: RegExpMatchArray) => string }[] = [
  {
    says: /persistentvolumeclaims? "([^"]+)".*only dynamically provisioned pvc can be resized/s,
    hint: ([, claim]) =>
      `The storage class of ${claim} cannot grow volumes; nothing was changed. Either put the size back, or set ` +
      'allowVolumeExpansion: true on a class that supports it (kubectl patch storageclass <name> -p ' +
      `'{"allowVolumeExpansion":true}'), or move the data: back it up, delete the claim, update, restore.`,
  },
  {
    says: /PersistentVolumeClaim "([^"]+)" is invalid.*field can not be less than/s,
    hint: ([, claim]) =>
      `Volumes cannot shrink; nothing was changed. Put the size of ${claim} back, or shorten what is kept instead.`,
  },
  {
    says: /PersistentVolumeClaim "([^"]+)" is invalid.*spec is immutable after creation/s,
    hint: ([, claim]) =>
      `The storage class of ${claim} cannot be changed in place; nothing was changed. Back the data up, delete ` +
      'the claim (kubectl delete pvc), update, restore.',
  },
  {
    says: /no matches for kind "(ServiceMonitor|PrometheusRule|Probe)"/,
    hint: ([, kind]) =>
      `The cluster has no ${kind}: the Prometheus Operator's CRDs are missing. Install the operator ` +
      '(https://prometheus-operator.dev), or let this stack run its own Prometheus: make unset NAME=kubernetes.operator',
  },
  {
    says: /no matches for kind "HTTPRoute"/,
    hint: () =>
      "The cluster has no HTTPRoute: the Gateway API's CRDs are missing, or are older than v1. Install them " +
      '(https://gateway-api.sigs.k8s.io/guides/), or open the pages by an Ingress: make unset NAME=kubernetes.gateway',
  },
  {
    says: /violates PodSecurity "([^"]+)"/,
    hint: ([, level]) =>
      `The namespace enforces ${level}: workloads with host access need kubernetes.createNamespaces, or an own ` +
      'namespace <namespace>-host with the label pod-security.kubernetes.io/enforce=privileged.',
  },
  {
    says: /already exists/,
    hint: () =>
      'The cluster has an object of that name which this stack did not make: choose another namespace ' +
      '(kubernetes.namespace), or remove it with kubectl delete.',
  },
  {
    says: /(configured Kubernetes cluster is unreachable|no configuration has been provided)/,
    hint: () =>
      'No cluster answers: check with kubectl cluster-info, and name another with kubernetes.kubeconfig or ' +
      'kubernetes.context.',
  },
];

/** What to do about a failed update of a cluster; undefined where there is nothing to add. */
export function explainFailure(message: string): string | undefined {
  for (const { says, hint } of HINTS) {
    const match = message.match(says);
    if (match !== null) return hint(match);
  }
  return undefined;
}
