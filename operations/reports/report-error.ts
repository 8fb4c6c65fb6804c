/** What keeps a report from being made, in words for whoever asked for it. */
export class ReportError extends Error {}
