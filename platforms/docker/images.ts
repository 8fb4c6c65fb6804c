import type { RemoteImageArgs } from '@pulumi/docker';
import type { Settings } from './options.ts';

/**
 * A shell and small tools in one static executable of 1 MB. It loads files into volumes, and asks each
 * workload for its health: some publishers' images have no shell at all.
 */
export const HELPER_IMAGE = 'docker.io/library/busybox:1.37.0-musl';

/** Registry with a dot or a port, repository, and a tag. */
const IMAGE = /^([a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?|[a-z0-9-]+:\d+)\/[^\s:@]+:[\w.-]+$/;

/** Whether an image is named in full and by a tag that stays. */
export function isPinned(image: string): boolean {
  return IMAGE.test(image) && !image.endsWith(':latest');
}

/** The reference that the engine pulls: from the mirror where there is one, by digest where one is known. */
export function imageReference(image: string, settings: Settings): string {
  const { imageRegistry, digests } = settings;
  const name =
    imageRegistry === undefined ? image : `${imageRegistry}/${image.slice(image.indexOf('/') + 1)}`;
  const digest = digests[image];
  return digest === undefined ? name : `${name.slice(0, name.lastIndexOf(':'))}@${digest}`;
}

/** The image stays on the machine: other stacks may use it, and the next `up` needs it. */
export function imageArgs(image: string, settings: Settings): RemoteImageArgs {
  return { name: imageReference(image, settings), keepLocally: true };
}
