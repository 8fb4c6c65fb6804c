/** Severities that people hear of, most urgent first. The dead man's switch has `none` and its own route. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Severity of the dead man's switch, which only a heartbeat service listens to. */
export const HEARTBEAT_SEVERITY = 'none';
