import type Docker from 'dockerode';
import { type Kind, orGone } from './kind.ts';

export const remoteImage: Kind = {
  shape: { name: true, keepLocally: true },
  inPlace: ['keepLocally'],
  async create(engine, inputs) {
    const name = inputs.name as string;
    const found = (await inspect(engine, name)) ?? (await pull(engine, name));
    const outputs = { ...inputs, imageId: found.Id, repoDigest: found.RepoDigests?.[0] ?? '' };
    return { id: `${found.Id}${name}`, outputs };
  },
  async update(engine, _id, inputs) {
    const found = await inspect(engine, inputs.name as string);
    return { ...inputs, imageId: found?.Id ?? '', repoDigest: found?.RepoDigests?.[0] ?? '' };
  },
  async read(engine, _id, state) {
    const found = await inspect(engine, state.name as string);
    return found === undefined ? undefined : { ...state, imageId: found.Id };
  },
  async delete(engine, _id, state) {
    if (state.keepLocally !== true) await orGone(engine.getImage(state.name as string).remove());
  },
};

function inspect(engine: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  return orGone(engine.getImage(name).inspect());
}

async function pull(engine: Docker, name: string): Promise<Docker.ImageInspectInfo> {
  const progress = await engine.pull(name);
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(progress, (error: Error | null) =>
      error === null ? resolve() : reject(new Error(`unable to pull ${name}: ${error.message}`)),
    );
  });
  return await engine.getImage(name).inspect();
}
