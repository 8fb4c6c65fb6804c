/** A dashboard as people read it: what is deployed is one line. */
export function indented(text: string): string {
  return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
}
