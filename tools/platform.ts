import type { Platform } from './versions.ts';

const SYSTEMS: Readonly<Record<string, 'linux' | 'darwin'>> = { linux: 'linux', darwin: 'darwin' };
const MACHINES: Readonly<Record<string, 'amd64' | 'arm64'>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * The platform that programs are obtained for, in Go's spelling (`linux-amd64`).
 * @throws if this is neither Linux nor macOS on amd64 or arm64.
 */
export function platformOf(system: string = process.platform, machine: string = process.arch): Platform {
  const os = SYSTEMS[system];
  const arch = MACHINES[machine];
  if (!os || !arch) {
    throw new Error(
      `this machine is ${system}/${machine}; tools can be had for Linux and macOS on amd64 and arm64. ` +
        'On Windows run the project inside WSL 2.',
    );
  }
  return `${os}-${arch}`;
}
