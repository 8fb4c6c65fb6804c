/** What the local platform could not do; the message is for the person who reads it. */
export class LocalPlatformError extends Error {
  override readonly name = 'LocalPlatformError';
}
