import type { Route } from './config.ts';

/** A route and its place: the index of the child on each level. */
export interface Node {
  readonly route: Route;
  readonly path: readonly number[];
}

/** Every route of a tree, depth first. */
export function routesIn(route: Route, path: readonly number[] = []): readonly Node[] {
  return [
    { route, path },
    ...(route.routes ?? []).flatMap((child, index) => routesIn(child, [...path, index])),
  ];
}

/** Names of the receivers that a tree names, each once. */
export function receiversIn(route: Route): readonly string[] {
  return [...new Set(routesIn(route).flatMap((node) => node.route.receiver ?? []))];
}

/** Names of the time intervals that a tree uses, each once. */
export function usedIntervals(route: Route): readonly string[] {
  return [
    ...new Set(
      routesIn(route).flatMap((node) => [
        ...(node.route.mute_time_intervals ?? []),
        ...(node.route.active_time_intervals ?? []),
      ]),
    ),
  ];
}
