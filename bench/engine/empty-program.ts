import { LocalWorkspace } from '@pulumi/pulumi/automation/index.js';

/** Runs a program without resources: `node empty-program.ts preview|up`. What any program costs at least. */
const stack = await LocalWorkspace.createOrSelectStack({
  stackName: 'empty',
  projectName: 'empty',
  program: async () => ({}),
});
if (process.argv[2] === 'preview') await stack.preview();
else await stack.up({ refresh: true });
