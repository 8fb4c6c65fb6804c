import { byPart, type PartName } from '../components/parts/index.ts';

/** The monitoring stack's own workloads and their logical ports. */
export const STACK = byPart(({ title, port }) => ({ title, port }));

export type StackName = PartName;
