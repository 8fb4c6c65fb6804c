/** What no container of this stack has a need of. Capabilities are dropped beside it: the loader keeps three. */
export const CONFINEMENT = { securityOpts: ['no-new-privileges:true'], privileged: false };

/** Old log lines make room for new ones. */
export const LOGGING = { logDriver: 'json-file', logOpts: { 'max-size': '10m', 'max-file': '3' } };
