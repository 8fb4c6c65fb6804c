import { dump } from 'js-yaml';
import { demoWorkloads } from '../components/demo.ts';
import { type MonitoringStackArgs, stackParts, watchedBy, workloadsOf } from '../components/stack-parts.ts';
import { composeFile, configFiles, type NeededFile, neededFiles } from '../platforms/docker/compose.ts';
import { resolveOptions as dockerSettings } from '../platforms/docker/options.ts';
import { refusals as dockerRefusals } from '../platforms/docker/refusals.ts';
import { refusals as kubernetesRefusals } from '../platforms/kubernetes/check.ts';
import { resolveOptions as kubernetesSettings } from '../platforms/kubernetes/options.ts';
import {
  externalSecrets,
  type NeededSecret,
  neededSecrets,
  renderedObjects,
  yamlOf,
} from '../platforms/kubernetes/rendered.ts';
import { dockerOptions, kubernetesOptions } from './addressing.ts';
import { SettingsError } from './settings/index.ts';

const HEADER = '# Written by make render: change the settings, and render again.\n';

/**
 * A stack for whoever brings it up without Pulumi, by path of the file: plain manifests with a kustomization for a
 * cluster, a compose file with its configuration for Docker, and nothing for processes of this machine. Secrets are in
 * them by name alone.
 * @param digests by full image name. Default: the tags alone.
 * @throws SettingsError with why workloads cannot run there, in the words of an update.
 */
export function filesWithoutPulumi(
  plan: MonitoringStackArgs,
  digests: Readonly<Record<string, string>> = {},
): Record<string, string> {
  switch (plan.settings.platform) {
    case 'local':
      return {};
    case 'docker':
      return within('compose', composeFolder(plan, digests));
    case 'kubernetes':
      return within('kubernetes', kubernetesFolder(plan, digests));
  }
}

function kubernetesFolder(
  plan: MonitoringStackArgs,
  digests: Readonly<Record<string, string>>,
): Record<string, string> {
  const workloads = workloadsOf(stackParts(plan));
  refuse(workloads.flatMap(kubernetesRefusals), plan);
  const settings = kubernetesSettings({ ...kubernetesOptions(plan.settings), digests });
  const objects = renderedObjects(workloads, settings, watchedBy(plan, workloads), plan.transform);
  const secrets = neededSecrets(workloads, settings);
  const resources = objects.map(({ file }) => file);
  return {
    'kustomization.yaml': `${HEADER}${yamlOf({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources,
    })}`,
    ...Object.fromEntries(objects.map(({ file, object }) => [file, `${HEADER}${yamlOf(object)}`])),
    'examples/external-secrets.yaml': externalSecretsFile(secrets, settings),
    'README.md': kubernetesReadme(secrets, plan),
  };
}

function externalSecretsFile(
  secrets: readonly NeededSecret[],
  settings: Parameters<typeof externalSecrets>[1],
): string {
  const about =
    '# The Secrets of this stack, for the External Secrets Operator: copy it beside your own kustomization, and name\n' +
    '# your store and its keys. The kustomization of this folder does not list it.\n';
  return about + externalSecrets(secrets, settings).map(yamlOf).join('---\n');
}

function composeFolder(
  plan: MonitoringStackArgs,
  digests: Readonly<Record<string, string>>,
): Record<string, string> {
  const parts = stackParts(plan);
  const workloads = workloadsOf(parts);
  const settings = dockerSettings({ ...dockerOptions(plan.settings), digests });
  refuse(
    workloads.flatMap((workload) => dockerRefusals(workload, settings)),
    plan,
  );
  const demo = (parts.demo ? demoWorkloads(parts.demo) : []).map(({ name }) => name);
  const file = composeFile(
    workloads,
    settings,
    ({ name }) => (demo.includes(name) ? 'demo' : 'monitoring'),
    plan.transform,
  );
  const secrets = neededFiles(workloads);
  return {
    'docker-compose.yml': `${HEADER}${dump(file, { lineWidth: -1, noRefs: true })}`,
    '.env.example': envExample(demo.length > 0, settings.hostMounts),
    // Git must not take what is written beside the rendered files.
    '.gitignore': '.env\nsecrets/\n',
    'README.md': composeReadme(secrets, plan),
    ...configFiles(workloads),
  };
}

function envExample(demo: boolean, hostMounts: string): string {
  return `# Copy it to .env: compose reads that by itself.

# What is started: monitoring, and the demo, which is the sample feature store.
COMPOSE_PROFILES=${demo ? 'monitoring,demo' : 'monitoring'}
# Folder with the files of secrets that README.md lists. Git ignores it.
SECRETS_FOLDER=./secrets
# How mounts of the machine reach the node exporter: rprivate on Docker Desktop and WSL, rslave on Linux.
HOST_MOUNTS=${hostMounts}
`;
}

function kubernetesReadme(secrets: readonly NeededSecret[], plan: MonitoringStackArgs): string {
  return `# Stack ${plan.settings.stack} as plain manifests

Written by \`make render\`. Apply it server-side: dashboards are larger than what a client-side apply can remember.

\`\`\`sh
kubectl apply --server-side -k .
\`\`\`

## Secrets
${secrets.length === 0 ? '\nNo pod reads one.\n' : secretsOf(secrets)}${byApi(plan)}`;
}

function secretsOf(secrets: readonly NeededSecret[]): string {
  const create = secrets.map(
    ({ name, namespace, keys }) =>
      `kubectl --namespace ${namespace} create secret generic ${name} \\\n${keys
        .map((key) => `  --from-file=${key}=secrets/${name}/${key}`)
        .join(' \\\n')}`,
  );
  return `
No file here holds a value. These must exist before the pods start, each with these keys:

| Secret | namespace | keys |
| --- | --- | --- |
${secrets.map(({ name, namespace, keys }) => `| \`${name}\` | \`${namespace}\` | ${code(keys)} |`).join('\n')}

From files that hold the values, and nothing else (no line break at the end):

\`\`\`sh
${create.join('\n')}
\`\`\`
${forms(secrets.flatMap(({ keys }) => keys))}
\`examples/external-secrets.yaml\` has them as objects of the External Secrets Operator. A Secret that changes restarts
no pod: run \`kubectl rollout restart\` for what reads it.
`;
}

function composeReadme(secrets: readonly NeededFile[], plan: MonitoringStackArgs): string {
  return `# Stack ${plan.settings.stack} as a compose file

Written by \`make render\`. Compose 2.20 or newer runs it.

\`\`\`sh
cp .env.example .env
docker compose up --detach
docker compose ps --all
\`\`\`

## Secrets
${secrets.length === 0 ? '\nNo service reads one.\n' : secretFiles(secrets)}
Changed configuration is taken by \`docker compose up --detach\`, which replaces what does not look for itself.
${byApi(plan)}`;
}

function secretFiles(secrets: readonly NeededFile[]): string {
  return `
No file here holds a value. Write each of these before, with the value and nothing else in it (no line break at the
end), readable by the user of its process alone:

| file | read by | uid |
| --- | --- | --- |
${secrets.map(({ path, workload, user }) => `| \`secrets/${path}\` | ${workload} | ${user} |`).join('\n')}

\`\`\`sh
umask 077
mkdir -p ${[...new Set(secrets.map(({ path }) => `secrets/${path.slice(0, path.lastIndexOf('/'))}`))].join(' ')}
# Write the files, and then:
${secrets.map(({ path, user }) => `sudo chown ${user} secrets/${path} && sudo chmod 0400 secrets/${path}`).join('\n')}
\`\`\`
${forms(secrets.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)))}
After a change of one: \`docker compose up --detach --force-recreate <service>\`.
`;
}

/** Files that hold more than the value of a setting. */
const FORMS: Readonly<Record<string, string>> = {
  'password.json':
    'a JSON object from the address of each Redis (`redis://user@host:6379`, without `user@` where none is set) to its password',
  'prometheus.yml':
    '`../prometheus/prometheus.yml` with the secrets written in that Prometheus takes from no file',
};

function forms(names: readonly string[]): string {
  const lines = Object.entries(FORMS)
    .filter(([name]) => names.includes(name))
    .map(([name, form]) => `- \`${name}\`: ${form}.`);
  return lines.length === 0 ? '' : `\nThese have a form of their own:\n\n${lines.join('\n')}\n`;
}

/** What an update does through the API of a program, and no file can say. */
function byApi(plan: MonitoringStackArgs): string {
  const { folderRights, externalGrafana } = stackParts(plan);
  const lines = [
    'Silences of the settings: `make silences`, where Alertmanager can be reached.',
    ...(folderRights === undefined ? [] : ['Rights of dashboard folders: set them in Grafana.']),
    ...(externalGrafana === undefined
      ? []
      : ['Data sources and dashboards of your own Grafana: import them from `../grafana`.']),
  ];
  return `\n## What only an update does\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
}

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function refuse(problems: readonly string[], { settings }: MonitoringStackArgs): void {
  if (problems.length > 0) throw new SettingsError(problems, `Pulumi.${settings.stack}.yaml`);
}

function within(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}
