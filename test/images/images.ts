import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../components/program.ts';
import { HELPER_IMAGE } from '../../platforms/docker/images.ts';
import { ensureTools } from '../../tools/install.ts';
import { type ImageSpec, writeImage } from './archive.ts';
import { closure, filesIn, projectFile } from './closure.ts';
import { libraries } from './libraries.ts';

/** This project's own programs in one image: `node` is its entry point, and the project lies in `/app`. */
export const OWN_IMAGE = 'docker.io/feature-store-monitoring/programs:0.1.0';
export const OWN_FOLDER = '/app';
const NODE = '/usr/local/bin/node';
const NOBODY = '65534:65534';
const TOOLS = [
  'prometheus',
  'alertmanager',
  'node_exporter',
  'blackbox_exporter',
  'redis_exporter',
  'redis-server',
  'kafka-broker',
] as const;

/** Images of a stack that watches others, without the sample feature store. */
export const STACK_IMAGES = [...TOOLS.filter((tool) => tool !== 'kafka-broker'), 'grafana', 'own'] as const;

export type ImageName = (typeof TOOLS)[number] | 'grafana' | 'own' | 'helper';

/**
 * Image archives under the very names that the program pins, assembled from the tools' binaries, for machines
 * where no image can be pulled. Each is written once, and again when what is in it changed.
 * @returns path of the archive by image
 */
export async function imageArchives(names: readonly ImageName[]): Promise<Record<string, string>> {
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'feature-store-monitoring',
    'test-images',
  );
  mkdirSync(folder, { recursive: true });
  const wanted = TOOLS.filter((tool) => names.includes(tool));
  const paths = await ensureTools(wanted);
  const specs = names.map((name) =>
    name === 'grafana'
      ? grafanaImage()
      : name === 'own'
        ? ownImage()
        : name === 'helper'
          ? helperImage()
          : toolImage(name, paths[name] ?? ''),
  );
  return Object.fromEntries(specs.map((spec) => [spec.name, archive(folder, spec)]));
}

/** A tool where its publisher's image has it. */
function toolImage(tool: (typeof TOOLS)[number], executable: string): ImageSpec {
  const path = tool === 'redis_exporter' || tool === 'kafka-broker' ? `/${tool}` : `/bin/${tool}`;
  return {
    name: program(tool).image,
    files: { ...libraries(executable), [path]: executable },
    entrypoint: [path],
    user: NOBODY,
  };
}

function ownImage(): ImageSpec {
  const files = [...closure(['demo/main.ts', 'preview/main.ts']), ...filesIn('preview')];
  return {
    name: OWN_IMAGE,
    files: {
      ...nodeFiles(),
      ...Object.fromEntries(files.map((file) => [`${OWN_FOLDER}/${file}`, projectFile(file)])),
    },
    entrypoint: [NODE],
    user: '1000:1000',
    workingDirectory: OWN_FOLDER,
  };
}

/** A small server in Grafana's place, under its name, its paths and its user, which checks what it is given. */
function grafanaImage(): ImageSpec {
  const folder = 'test/images/grafana';
  return {
    name: program('grafana').image,
    files: {
      ...nodeFiles(),
      '/usr/share/grafana/bin/grafana': projectFile(`${folder}/grafana`),
      ...Object.fromEntries(
        closure([`${folder}/stand-in.ts`]).map((file) => [`${OWN_FOLDER}/${file}`, projectFile(file)]),
      ),
    },
    entrypoint: ['/usr/share/grafana/bin/grafana'],
    user: '472:472',
  };
}

/** Debian's static busybox (package busybox-static), which is the publisher's image's only program too. */
function helperImage(): ImageSpec {
  return {
    name: HELPER_IMAGE,
    files: { '/bin/busybox': '/bin/busybox' },
    entrypoint: ['/bin/busybox', 'sh'],
  };
}

function nodeFiles(): Record<string, string> {
  return { ...libraries(process.execPath), [NODE]: process.execPath };
}

function archive(folder: string, spec: ImageSpec): string {
  const file = join(folder, `${spec.name.replaceAll(/[/:]/g, '_')}.tar`);
  const stats = Object.entries(spec.files).map(([path, source]) => {
    const { size, mtimeMs } = statSync(source);
    return [path, source, size, mtimeMs];
  });
  const key = createHash('sha256')
    .update(JSON.stringify([spec, stats]))
    .digest('hex');
  if (existsSync(file) && existsSync(`${file}.key`) && readFileSync(`${file}.key`, 'utf8') === key)
    return file;
  writeImage(file, spec);
  writeFileSync(`${file}.key`, key);
  return file;
}
