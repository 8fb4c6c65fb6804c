/**
 * An HTTPRoute of the Gateway API, as far as the stack makes it; the SDK has no type for it.
 * https://gateway-api.sigs.k8s.io/reference/spec/#httproute
 */
export interface HttpRoute {
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: {
    parentRefs: ParentRef[];
    hostnames: string[];
    rules: {
      matches: { path: { type: 'PathPrefix' | 'Exact' | 'RegularExpression'; value: string } }[];
      filters?: Record<string, unknown>[];
      backendRefs: { name: string; port: number }[];
    }[];
  };
}

/** A Gateway that a route attaches to, or one listener of it. */
export interface ParentRef {
  name: string;
  namespace?: string;
  sectionName?: string;
  port?: number;
}
