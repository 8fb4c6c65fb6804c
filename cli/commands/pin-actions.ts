import { execFile } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { command, UsageError } from '../arguments.ts';
import { count } from '../output.ts';
import { ROOT } from '../project.ts';

const run = promisify(execFile);

/** An action of someone else by an exact version: `uses: owner/repository/folder@v1.2.3`. */
const USES = /(\buses:\s*)([\w.-]+\/[\w.-]+)((?:\/[\w./-]+)?)@(v?\d+\.\d+\.\d+)(?=\s|$)/g;

export default command({
  name: 'pin-actions',
  summary: 'write the commit of every action into the workflows, so that a tag can no longer change',
  options: {
    mirror: {
      type: 'string',
      env: 'MIRROR',
      default: 'https://github.com',
      help: 'Where the repositories of the actions are.',
    },
  },
  async run({ mirror }) {
    const files = globSync('.github/**/*.yml', { cwd: ROOT }).map((path) => join(ROOT, path));
    const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
    const commits = new Map<string, string>();
    for (const key of new Set([...texts.values()].flatMap(actionsIn))) {
      commits.set(key, await commitOf(key, mirror));
      console.log(`${key}  ${commits.get(key)}`);
    }
    for (const [file, text] of texts) writeFileSync(file, withCommits(text, commits));
    console.log(
      commits.size === 0 ? 'Every action is pinned already.' : `${count(commits.size, 'action')} pinned.`,
    );
    return 0;
  },
});

/** The actions that a workflow names by version, as `owner/repository@v1.2.3`. */
export const actionsIn = (text: string): readonly string[] =>
  [...text.matchAll(USES)].map(([, , repository, , version]) => `${repository}@${version}`);

/** A workflow with commits in place of versions, which stand in a comment that updates can read. */
export const withCommits = (text: string, commits: ReadonlyMap<string, string>): string =>
  text.replaceAll(USES, (whole, uses: string, repository: string, path: string, version: string) => {
    const commit = commits.get(`${repository}@${version}`);
    return commit === undefined ? whole : `${uses}${repository}${path}@${commit} # ${version}`;
  });

/** The commit that a tag stands for; of an annotated tag the one that it names. */
async function commitOf(action: string, mirror: string): Promise<string> {
  const [repository = '', version = ''] = action.split('@');
  const url = `${mirror.replace(/\/+$/, '')}/${repository}`;
  const tag = `refs/tags/${version}`;
  const { stdout } = await run('git', ['ls-remote', url, tag, `${tag}^{}`]).catch(
    (error: { stderr?: string }) => {
      throw new UsageError(`${url} cannot be asked for ${version}: ${error.stderr?.trim() ?? error}`);
    },
  );
  const found = new Map(stdout.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
  const commit = found.get(`${tag}^{}`) ?? found.get(tag);
  if (commit === undefined)
    throw new UsageError(`${url} has no tag ${version}: name one that it has in .github/`);
  return commit;
}
