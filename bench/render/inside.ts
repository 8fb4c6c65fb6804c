/** Renders everything in a process of its own, and prints what that took once Node ran, in milliseconds, as JSON. */

/**
 * Time on the clock and of the processor, in milliseconds: that of the main thread, which is what the clock shows on
 * an idle machine. Compilers and collectors of garbage run beside it.
 */
function clock(): { wall: number; cpu: number } {
  const { user, system } = process.threadCpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

async function measured<T>(action: () => Promise<T>): Promise<[T, { wall: number; cpu: number }]> {
  const before = clock();
  const result = await action();
  const after = clock();
  return [result, { wall: after.wall - before.wall, cpu: after.cpu - before.cpu }];
}

const [[{ renderFiles }, { addressing, replicasOf }, { parseSettings }], load] = await measured(() =>
  Promise.all([
    import('../../stack/files.ts'),
    import('../../stack/addressing.ts'),
    import('../../stack/settings/index.ts'),
  ]),
);

async function renderAll(): Promise<void> {
  const settings = parseSettings({}, { stack: 'local' });
  renderFiles({
    settings,
    platform: addressing(settings, '/srv/monitoring'),
    replicas: replicasOf(settings),
    user: { rules: {}, targets: {}, dashboards: {}, unread: [] },
  });
}

const [, render] = await measured(renderAll);
const [, again] = await measured(renderAll);
console.log(JSON.stringify({ load, render, again }));
