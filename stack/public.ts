/** The whole stack as a component, for programs of your own. */
export { CHILDREN, type ChildName, MonitoringStack, type MonitoringStackArgs } from './embedded.ts';
export type { StackSettings } from './stack-settings.ts';
export type { Transforms } from './transforms.ts';
