import { always, type Policy, strictInProduction } from './policy.ts';

/** A tag that does not move, or a digest. */
function pinned(image: string): boolean {
  if (/(^|@)sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return tag !== undefined && !['latest', 'main', 'master', 'edge', 'nightly'].includes(tag);
}

/** How workloads run, and where secrets stand. */
export const workloadPolicies: readonly Policy[] = [
  {
    name: 'image-is-pinned',
    rule: 'Every image has a tag that does not move, or a digest.',
    reason: 'What runs tomorrow must be what was reviewed today.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ workloads, images = {} }) =>
      [...workloads.map(({ name, program }) => [name, program.image] as const), ...Object.entries(images)]
        // No image: the workload is a process of the machine, from a pinned tool.
        .filter(([, image]) => image !== '' && !pinned(image))
        .map(([subject, image]) => ({
          subject,
          message: `runs ${image}: name a version, such as ${image.replace(/:[^:/]*$/, '')}:v1.2.3`,
        })),
  },
  {
    name: 'no-root',
    rule: 'No container runs as root.',
    reason: 'A hole in an exporter must not be a hole in the machine.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ workloads }) =>
      workloads
        .filter(({ user }) => user === 0)
        .map(({ name }) => ({
          subject: name,
          message: 'runs as user 0: give it a user of its own, such as 65534',
        })),
  },
  {
    name: 'read-only-root',
    rule: 'The root file system of every container is read-only.',
    reason: 'What breaks in cannot leave anything behind.',
    scope: 'resource',
    level: strictInProduction,
    check: ({ workloads }) =>
      workloads
        .filter(({ readOnlyRoot }) => readOnlyRoot === false)
        .map(({ name }) => ({
          subject: name,
          message: 'can write its root: list what it writes in `scratch` instead',
        })),
  },
  {
    name: 'least-privilege',
    rule: 'No container has rights that it does not need: privileged mode, capabilities, more rights than it began with.',
    reason: 'A right that nobody uses is one that only an intruder will.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ workloads }) =>
      workloads
        .filter(({ rights = [] }) => rights.length > 0)
        .map(({ name, rights = [] }) => ({
          subject: name,
          message: `${rights.join(', ')}: leave its security settings as the platform declares them`,
        })),
  },
  {
    name: 'resources-are-bounded',
    rule: 'Every workload asks for CPU and memory, and its memory has a limit no lower than that.',
    reason: 'Monitoring must neither starve nor starve what it watches.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ workloads }) =>
      workloads
        .filter(({ resources: { cpuMillis, memoryMebibytes, memoryLimitMebibytes = 2 * memoryMebibytes } }) =>
          [cpuMillis, memoryMebibytes, memoryLimitMebibytes - memoryMebibytes + 1].some(
            (value) => !(value > 0),
          ),
        )
        .map(({ name }) => ({
          subject: name,
          message:
            'has no bounds: set cpuMillis, memoryMebibytes, and a memoryLimitMebibytes of at least as much',
        })),
  },
  {
    name: 'secrets-stay-secret',
    rule: 'No secret stands in an argument, an environment variable or a file that is no secret.',
    reason: 'Those are visible to everybody on the machine, and in state, logs and previews.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ workloads, files, secrets }) => {
      const places = [
        ...Object.entries(files).map(([path, text]) => ({ subject: path, text, where: '' })),
        ...workloads.map(({ name, args }) => ({
          subject: name,
          text: args.join('\n'),
          where: ' in an argument',
        })),
        ...workloads.map(({ name, env = {} }) => ({
          subject: name,
          text: Object.values(env).join('\n'),
          where: ' in its environment',
        })),
      ];
      // A text as short as this is found everywhere by chance.
      const values = secrets.filter((value) => value.length >= 6);
      return places
        .filter(({ text }) => values.some((value) => text.includes(value)))
        .map(({ subject, where }) => ({
          subject,
          message: `holds a secret in plain text${where}: let the program read it from a secret file`,
        }));
    },
  },
];
