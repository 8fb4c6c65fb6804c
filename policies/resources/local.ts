import type { Reader } from './reader.ts';

interface Process {
  readonly args?: readonly string[];
  readonly directories?: Readonly<Record<string, { secret?: boolean; files?: Record<string, string> }>>;
}

/** A process of this machine: it has no image, and runs as whoever runs the program. */
export const readLocal: Reader = ({ type, props }) => {
  if (type !== 'local:index:Process') return undefined;
  const { args = [], directories = {} } = props as Process;
  const open = Object.values(directories).filter(({ secret }) => secret !== true);
  return {
    args,
    files: Object.assign({}, ...open.map(({ files }) => files)),
    secret: ([property, directory = '']) =>
      property === 'directories' && directories[directory]?.secret === true,
  };
};
