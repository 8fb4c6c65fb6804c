import { join } from 'node:path';
import { PARTS } from '../../components/parts/index.ts';
import { program } from '../../components/program.ts';
import { HELPER_IMAGE } from '../../platforms/docker/images.ts';
import { LOCK_FILE, resolveDigests, writeLock } from '../../platforms/docker/pin.ts';
import { command } from '../arguments.ts';
import { ROOT } from '../project.ts';

/** Images of publishers; this project's own are built from the Dockerfile. */
const PUBLISHED = [...PARTS.map((part) => part.program), program('redis-server')];

export default command({
  name: 'pin-images',
  summary: `write the digest of every image into ${LOCK_FILE}, so that a tag can no longer change`,
  options: {
    mirror: {
      type: 'string',
      env: 'MIRROR',
      help: 'Registry to ask instead, such as mirror.example.org/hub.',
    },
  },
  async run({ mirror }) {
    const images = [HELPER_IMAGE, ...PUBLISHED.map(({ image }) => image)];
    const digests = await resolveDigests(images, mirror);
    writeLock(join(ROOT, LOCK_FILE), digests);
    for (const [image, digest] of Object.entries(digests)) console.log(`${image}  ${digest}`);
    return 0;
  },
});
