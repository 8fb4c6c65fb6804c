/** Something about an expression: what cannot be right is an error, what is seldom meant is advice. */
export interface Problem {
  /** Name by which a rule says that it means it, such as `counter-without-rate`. */
  readonly check: string;
  readonly level: 'error' | 'advice';
  readonly message: string;
}
