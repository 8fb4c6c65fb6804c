/** A mistake that the reader can mend; its message says how. */
export class PreviewError extends Error {
  override readonly name = 'PreviewError';
}
