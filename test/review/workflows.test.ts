import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actionsIn, withCommits } from '../../cli/commands/pin-actions.ts';
import { ensureTools, obtainTools } from '../../tools/install.ts';
import { isMissing } from '../../tools/outcome.ts';
import { TOOLS } from '../../tools/versions.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What a copy of the project does without, or links to. */
const NOT_COPIED = ['.git', '.monitoring', '.test-output', 'docs', 'node_modules', 'test'];

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': unknown;
}
interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly environment?: string;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const paths = globSync('.github/**/*.yml', { cwd: ROOT }).map((path) => join(ROOT, path));
const workflows = new Map(
  paths
    .filter((path) => path.includes('/workflows/'))
    .map((path) => [path.split('/').at(-1) ?? '', load(readFileSync(path, 'utf8')) as Workflow]),
);
const jobs = [...workflows].flatMap(([file, { jobs: all, permissions }]) =>
  Object.entries(all).map(([name, job]) => ({
    name: `${file} ${name}`,
    job,
    permissions: job.permissions ?? permissions ?? {},
  })),
);
const workflow = (name: string) => {
  const found = workflows.get(name);
  if (found === undefined) throw new Error(`there is no workflow ${name}`);
  return found;
};
const step = (file: string, job: string, name: string) => {
  const found = workflow(file).jobs[job]?.steps?.find((each) => each.name === name);
  if (found?.run === undefined) throw new Error(`${file} ${job} has no step “${name}”`);
  return found.run;
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workflows-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a step as a runner would, with programs that stand in for others. */
function runStep(
  script: string,
  env: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>>,
) {
  const cwd = mkdtempSync(join(folder, 'step-'));
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const prepare = (path: string, text: string) => {
    mkdirSync(join(cwd, path, '..'), { recursive: true });
    writeFileSync(join(cwd, path), text);
  };
  return {
    cwd,
    prepare,
    go: () =>
      spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        cwd,
        encoding: 'utf8',
        env: { PATH: `${bin}:${process.env.PATH}`, ...env },
      }),
  };
}

describe('workflows', () => {
  test('are accepted by actionlint', async () => {
    const { actionlint } = await ensureTools(['actionlint']);
    const files = paths.filter((path) => path.includes('/workflows/'));
    const { status, stdout, stderr } = spawnSync(actionlint, ['-no-color', ...files], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  test('leave zizmor nothing to object to', async ({ skip }) => {
    // It comes as a wheel alone, and not for every machine.
    const [outcome] = await obtainTools({ zizmor: TOOLS.zizmor });
    if (outcome === undefined || isMissing(outcome)) {
      const reason = `zizmor cannot be had: ${outcome?.tried.join('; ')}`;
      console.log(reason);
      return skip(reason);
    }
    const audit = (folder: string) =>
      spawnSync(outcome.path, ['--offline', '--no-progress', '--quiet', '--format=plain', folder], {
        encoding: 'utf8',
      });
    const { status, stdout, stderr } = audit(join(ROOT, '.github'));
    expect(`${stdout}${stderr}`).not.toMatch(/^(error|warning|help|info)\[/m);
    expect(status).toBe(0);
    // It does object to what it must.
    const bad = join(folder, 'bad', '.github', 'workflows');
    mkdirSync(bad, { recursive: true });
    const [name = ''] = paths.filter((path) => path.endsWith('/test.yml'));
    const moved = readFileSync(name, 'utf8').replace(/@[0-9a-f]{40}/, '@v5');
    writeFileSync(join(bad, 'test.yml'), moved);
    expect(audit(join(folder, 'bad')).stdout).toContain('unpinned-uses');
  });

  test.each(jobs)('$name may do what it must and no more', ({ job, permissions }) => {
    const writes = Object.entries(permissions).filter(([, level]) => level === 'write');
    const checksOut =
      job.steps?.some(({ uses }) => uses?.startsWith('actions/checkout@') || uses?.startsWith('./')) ?? false;
    expect(Object.values(permissions).every((level) => level === 'read' || level === 'write')).toBe(true);
    // Whoever may write runs no code of the repository.
    if (writes.length > 0) expect(checksOut).toBe(false);
  });

  test('write comments and published images, and nothing else', () => {
    const writes = jobs.flatMap(({ name, permissions }) =>
      Object.entries(permissions)
        .filter(([, level]) => level === 'write')
        .map(([right]) => `${name}: ${right}`),
    );
    expect(writes.sort()).toEqual([
      'release.yml publish: attestations',
      'release.yml publish: id-token',
      'release.yml publish: packages',
      'review.yml comment: pull-requests',
    ]);
    expect([...workflows.values()].some((each) => 'pull_request_target' in each.on)).toBe(false);
  });

  test('name every action by commit, with its version beside it', () => {
    const used = paths.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\buses:\s*(\S.*)/g)].map(([, uses = '']) => uses),
    );
    const foreign = used.filter((uses) => !uses.startsWith('./'));
    expect(foreign.length).toBeGreaterThan(5);
    for (const uses of foreign) expect(uses).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('run targets that the Makefile has', () => {
    const known = new Set(
      [...readFileSync(join(ROOT, 'Makefile'), 'utf8').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name),
    );
    const texts = [...paths, join(ROOT, 'docs', 'ci.md')].map((path) => readFileSync(path, 'utf8'));
    const called = texts.flatMap((text) =>
      [...text.matchAll(/\bmake ([a-z][a-z-]+)/g)].map(([, name]) => name ?? ''),
    );
    expect([...new Set(called)].filter((name) => !known.has(name) && !['itself'].includes(name))).toEqual([]);
    expect(called).toContain('pr-report');
  });

  test('compare a pull request with the base that it is merged into', () => {
    const { env, steps = [] } = workflow('review.yml').jobs.preview ?? {};
    const checkout = steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(env?.BASE).toBe('HEAD^1');
    expect(checkout?.with).toMatchObject({ 'fetch-depth': 0 });
    expect(checkout?.with).not.toHaveProperty('ref');
  });

  test('wait for each other in groups of their own: one that is queued drops one that waits', () => {
    const groups = [...workflows].flatMap(([file, { concurrency, jobs: all }]) =>
      [concurrency, ...Object.values(all).map((job) => job.concurrency)].flatMap((each) =>
        each === undefined ? [] : [{ file, name: each.group.replace(/-\$\{\{.*/, '') }],
      ),
    );
    const sharing = [...Map.groupBy(groups, ({ name }) => name).values()].filter((each) => each.length > 1);
    expect(sharing).toEqual([]);
    expect(groups).toContainEqual({ file: 'drift.yml', name: 'drift' });
  });

  test('bring up each environment under its own approval', () => {
    const { jobs: deploy } = workflow('deploy.yml');
    expect(Object.keys(deploy)).toEqual(['test', 'prod']);
    expect(deploy.test?.uses).toBe('./.github/workflows/test.yml');
    expect(deploy.prod).toMatchObject({ needs: 'test', uses: './.github/workflows/up.yml' });
    const after = workflow('up.yml').jobs.up?.steps?.at(-1)?.run ?? '';
    expect(after.trim().split('\n')).toEqual(['make silences', 'make health']);
    expect(workflow('up.yml').jobs.up?.environment).toBe('${{ inputs.stack }}');
  });
});

test('the code of a pull request sees no secret, no environment and no state', () => {
  for (const [file, { on, jobs: all }] of workflows) {
    if (!('pull_request' in on)) continue;
    for (const [name, job] of Object.entries(all)) {
      const text = JSON.stringify(job).replaceAll('github.token', '');
      expect(text, `${file} ${name}`).not.toMatch(/secrets\.|PULUMI_BACKEND_URL|KUBECONFIG/);
      expect(job.environment, `${file} ${name}`).toBeUndefined();
    }
  }
});

test('secrets stand in the environment of single steps', () => {
  for (const { name, job } of jobs) expect(JSON.stringify(job.env ?? {}), name).not.toContain('secrets.');
});

describe('the comment', () => {
  const script = step('review.yml', 'comment', 'Post the comment, or bring it up to date');
  const env = { GITHUB_REPOSITORY: 'acme/monitoring', PULL_REQUEST: '7', GH_TOKEN: 'x' };
  /** Answers the list of comments as GitHub would, and keeps what it is sent. */
  const gh = (comments: readonly object[]) => `
printf '%s\\n' "$*" >> calls
case "$*" in
  *--method*) cat >> sent ;;
  *) printf '%s' '${JSON.stringify(comments)}' | jq -r "\${@: -1}" ;;
esac`;

  test.each([
    [
      'is posted where there is none',
      [{ id: 1, body: 'Looks good' }],
      '--method POST repos/acme/monitoring/issues/7/comments',
    ],
    [
      'is brought up to date where there is one',
      [
        { id: 1, body: 'x' },
        { id: 42, body: 'y <!-- feature-store-monitoring review: dev -->' },
      ],
      '--method PATCH repos/acme/monitoring/issues/comments/42',
    ],
  ])('%s', (_, comments, call) => {
    const run = runStep(script, env, { gh: gh(comments) });
    run.prepare('reports/dev/comment.md', '**dev “quoted” $HOME `x`**\n');
    run.prepare('reports/prod/comment.md', '**prod**\n');
    const { status, stderr } = run.go();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(join(run.cwd, 'calls'), 'utf8')).toContain(call);
    expect(JSON.parse(readFileSync(join(run.cwd, 'sent'), 'utf8'))).toEqual({
      body: '**dev “quoted” $HOME `x`**\n\n\n**prod**\n\n\n',
    });
  });
});

describe('other steps', () => {
  test('the report of a pull request is without a plan, whoever wrote it', () => {
    const options = '--limit 30000 --link https://g.example/acme/m/actions/runs/9 --without-plan';
    const env = {
      GITHUB_SERVER_URL: 'https://g.example',
      GITHUB_REPOSITORY: 'acme/m',
      GITHUB_RUN_ID: '9',
    };
    const { stdout, status } = runStep(step('review.yml', 'preview', 'Write the report'), env, {
      make: 'printf "%s|" "$@"',
    }).go();
    expect({ stdout, status }).toEqual({ stdout: `pr-report|ARGS=${options}|`, status: 0 });
  });

  test('a cluster’s credentials are readable by nobody else', () => {
    const setup = load(readFileSync(join(ROOT, '.github/actions/setup/action.yml'), 'utf8')) as {
      runs: { steps: readonly Step[] };
    };
    const script = setup.runs.steps.find(({ env }) => env?.CREDENTIALS)?.run ?? '';
    // On a runner of one's own the home folder outlives the job.
    const home = join(folder, 'home', '.kube');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'config'), 'somebody else’s');
    const output = join(folder, 'output');
    const env = { CREDENTIALS: 'kind: Config\n', HOME: join(folder, 'home'), RUNNER_TEMP: folder };
    const { status, stdout } = runStep(script, { ...env, GITHUB_OUTPUT: output }, {}).go();
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    const written = join(folder, 'kubeconfig');
    expect(readFileSync(output, 'utf8')).toBe(`path=${written}\n`);
    expect(readFileSync(written, 'utf8')).toBe('kind: Config\n');
    expect(statSync(written).mode & 0o077).toBe(0);
    expect(readFileSync(join(home, 'config'), 'utf8')).toBe('somebody else’s');
  });

  test('what asks the cluster is told where its credentials are', () => {
    const asking = jobs.filter(({ job }) =>
      job.steps?.some((each) => each.with?.kubeconfig !== undefined && each.uses?.endsWith('/setup')),
    );
    expect(asking.map(({ name }) => name)).toEqual(['drift.yml drift', 'up.yml up']);
    for (const { job, name } of asking)
      for (const each of job.steps ?? [])
        if (each.env?.PULUMI_CONFIG_PASSPHRASE !== undefined)
          expect(each.env.KUBECONFIG, name).toBe('${{ steps.setup.outputs.kubeconfig }}');
  });
});

describe('a release', () => {
  const build = step('release.yml', 'build', 'Find the version that stacks ask for');
  const push = step('release.yml', 'publish', 'Push the image with its provenance and its bill of materials');

  test('has the version of the project for its tag, and each image the tag that stacks ask for', () => {
    const versionOf = (IMAGE: string, tag: string) => {
      const temp = mkdtempSync(join(folder, 'release-'));
      const output = join(temp, 'output');
      const run = runStep(
        `cd '${ROOT}'\n${build}`,
        { IMAGE, GITHUB_REF_NAME: tag, RUNNER_TEMP: temp, GITHUB_OUTPUT: output },
        { node: `exec '${process.execPath}' "$@"` },
      ).go();
      return run.status === 0 ? readFileSync(join(temp, 'image', 'version'), 'utf8') : run.stderr.trim();
    };
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(versionOf('programs', `v${version}`)).toBe(version);
    expect(versionOf('kafka-broker', `v${version}`)).toBe(TOOLS['kafka-broker'].version);
    expect(versionOf('programs', 'v99.0.0')).toBe(
      `The tag is v99.0.0, and package.json has version ${version}: tag v${version}, or change the version first.`,
    );
  });

  test.each([
    [
      'is pushed whole',
      '0.1.0',
      1,
      /copy --all --preserve-digests oci-archive:image\/image\.tar docker:\/\/ghcr\.io\/acme\/store\/programs:0\.1\.0/,
    ],
    ['stays as it is where it is published already', '0.1.0', 0, /^(?![\s\S]*copy)/],
    ['is refused where its version is none', '0.1.0; id', 1, /^$/],
  ])('an image %s', (_what, version, missing, calls) => {
    const temp = mkdtempSync(join(folder, 'push-'));
    const env = {
      IMAGE: 'programs',
      GITHUB_REPOSITORY: 'Acme/Store',
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
    };
    const skopeo = `echo "$*" >> '${temp}/calls'\ncase "$*" in *--raw*) exit ${missing} ;; *--format*) echo sha256:abc ;; esac`;
    const run = runStep(push, env, { skopeo });
    run.prepare('image/version', version);
    writeFileSync(join(temp, 'calls'), '');
    const { status, stderr } = run.go();
    expect(readFileSync(join(temp, 'calls'), 'utf8')).toMatch(calls);
    if (version === '0.1.0') {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(readFileSync(join(temp, 'output'), 'utf8')).toBe(
        'name=ghcr.io/acme/store/programs\ndigest=sha256:abc\n',
      );
    } else {
      expect(status).toBe(1);
      expect(stderr).toContain('is no version: expected is one such as 0.1.0.');
    }
  });
});

describe('pinning', () => {
  test('puts a commit in place of a version, which stays as a comment', () => {
    const commit = 'a'.repeat(40);
    const text =
      '      - uses: acme/tool/sub@v1.2.3\n      - uses: ./.github/actions/setup\n      - uses: acme/other@v1\n';
    expect(actionsIn(text)).toEqual(['acme/tool@v1.2.3']);
    const pinned = withCommits(text, new Map([['acme/tool@v1.2.3', commit]]));
    expect(pinned).toContain(`uses: acme/tool/sub@${commit} # v1.2.3\n`);
    expect(actionsIn(pinned)).toEqual([]);
    expect(withCommits(pinned, new Map())).toBe(pinned);
  });

  test('asks the repositories, also for annotated tags, and refuses what is not there', () => {
    const git = (cwd: string, ...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
        cwd,
        encoding: 'utf8',
      }).trim();
    const mirror = join(folder, 'mirror');
    const commits = new Map<string, string>();
    // As the workflows were before they were pinned.
    const unpinned = (text: string) => text.replaceAll(/@[0-9a-f]{40} # (v[\d.]+)$/gm, '@$1');
    const versions = new Set(paths.flatMap((path) => actionsIn(unpinned(readFileSync(path, 'utf8')))));
    expect(versions.size).toBeGreaterThan(5);
    for (const [index, action] of [...versions].entries()) {
      const [repository = '', version = ''] = action.split('@');
      const place = join(mirror, repository);
      mkdirSync(place, { recursive: true });
      git(place, 'init', '--quiet');
      git(place, 'commit', '--quiet', '--allow-empty', '-m', action);
      git(place, 'tag', ...(index % 2 === 0 ? ['-a', '-m', version] : []), version);
      commits.set(action, git(place, 'rev-parse', 'HEAD'));
    }
    // The command of a copy, whose workflows it may change.
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    for (const name of readdirSync(ROOT).filter((name) => !NOT_COPIED.includes(name)))
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    for (const path of globSync('.github/**/*.yml', { cwd: copy }).map((each) => join(copy, each)))
      writeFileSync(path, unpinned(readFileSync(path, 'utf8')));
    execFileSync('ln', ['-s', join(ROOT, 'node_modules'), join(copy, 'node_modules')]);
    const pin = (from: string) =>
      spawnSync(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'pin-actions', '--mirror', from],
        { cwd: copy, encoding: 'utf8' },
      );
    const refused = pin(join(folder, 'nowhere'));
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('cannot be asked for');
    const { status, stderr } = pin(mirror);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const after = globSync('.github/**/*.yml', { cwd: copy })
      .map((path) => readFileSync(join(copy, path), 'utf8'))
      .join('\n');
    expect(actionsIn(after)).toEqual([]);
    for (const [action, commit] of commits) {
      const [repository, version] = action.split('@');
      expect(after).toContain(`${repository}@${commit} # ${version}`);
    }
    expect(pin(mirror).stdout).toContain('pinned already');
  });
});
