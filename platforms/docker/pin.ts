import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** File of digests beside the stacks' files: written by `make pin-images`, committed, read by every update. */
export const LOCK_FILE = 'images.lock.json';
/** Images of one platform have a digest each; an index of all of them comes first, so that any machine can pull. */
const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
/** Docker Hub's registry has another name than its images. */
const HUB = { name: 'docker.io', registry: 'registry-1.docker.io' };
const TIMEOUT_MILLISECONDS = 30_000;

/** A registry gave no digest; the message names the image, the registry and what it said. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

/** Digest by full image name; empty where there is no lock file. */
export function readLock(path: string): Record<string, string> {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}

/** Writes digests in the images' order, so that a change reads as one line. */
export function writeLock(path: string, digests: Readonly<Record<string, string>>): void {
  const sorted = Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

/**
 * Asks the registries what each tag stands for now.
 * @param mirror a registry, with an optional path, to ask instead of the images' own.
 * @throws RegistryError naming the image and what its registry said; nothing has been written then.
 */
export async function resolveDigests(
  images: readonly string[],
  mirror?: string,
): Promise<Record<string, string>> {
  const found = await Promise.all(
    images.map(async (image) => [image, await digestOf(image, mirror)] as const),
  );
  return Object.fromEntries(found);
}

async function digestOf(image: string, mirror: string | undefined): Promise<string> {
  const { registry, repository, tag } = locate(image, mirror);
  const url = `${schemeOf(registry)}://${registry}/v2/${repository}/manifests/${tag}`;
  try {
    let answer = await ask(url);
    if (answer.status === 401)
      answer = await ask(url, await token(answer.headers.get('www-authenticate') ?? ''));
    if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
    const digest = answer.headers.get('docker-content-digest') ?? '';
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`it gave the digest "${digest}"`);
    return digest;
  } catch (error) {
    const { message, cause } = error as Error;
    throw new RegistryError(
      `${image} has no digest from ${registry}: ${message}${cause === undefined ? '' : ` (${cause})`}. ` +
        `Where the registry can be reached, look at the image: docker buildx imagetools inspect ${image}`,
    );
  }
}

function locate(image: string, mirror: string | undefined) {
  const slash = image.indexOf('/');
  const colon = image.lastIndexOf(':');
  const name = image.slice(slash + 1, colon);
  const tag = image.slice(colon + 1);
  const host = image.slice(0, slash);
  if (mirror === undefined) {
    return { registry: host === HUB.name ? HUB.registry : host, repository: name, tag };
  }
  const [registry = '', ...path] = mirror.split('/');
  return { registry, repository: [...path.filter((part) => part !== ''), name].join('/'), tag };
}

/** As Docker does: no certificate is asked for on this machine. */
function schemeOf(registry: string): string {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry) ? 'http' : 'https';
}

function ask(url: string, authorization?: string): Promise<Response> {
  return fetch(url, {
    method: 'HEAD',
    headers: { accept: MANIFEST_TYPES, ...(authorization === undefined ? {} : { authorization }) },
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
}

/** A token for reading, from the service that the registry names. */
async function token(challenge: string): Promise<string> {
  const parts = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  if (!challenge.toLowerCase().startsWith('bearer ') || parts.realm === undefined) {
    throw new Error(`it asks for a login that is not supported: "${challenge}"`);
  }
  const url = new URL(parts.realm);
  for (const key of ['service', 'scope']) if (parts[key] !== undefined) url.searchParams.set(key, parts[key]);
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  if (!answer.ok) throw new Error(`its token service answered ${answer.status}`);
  const { token: given, access_token: other } = (await answer.json()) as Record<string, string | undefined>;
  return `Bearer ${given ?? other ?? ''}`;
}
