import { setTimeout as pause } from 'node:timers/promises';
import { type Kind, labelMap, orGone } from './kind.ts';

/** As long as the official provider tries to remove a volume that is in use. */
const REMOVAL_SECONDS = 30;

export const volume: Kind = {
  shape: { name: true, labels: { label: true, value: true } },
  inPlace: [],
  async create(engine, inputs) {
    const name = inputs.name as string;
    // A volume of that name is taken as it is: data from before is found again.
    await engine.createVolume({ Name: name, Labels: labelMap(inputs.labels) });
    return { id: name, outputs: inputs };
  },
  async update() {
    throw new Error('a volume is never changed in place');
  },
  async read(engine, id, state) {
    return (await orGone(engine.getVolume(id).inspect())) === undefined ? undefined : state;
  },
  async delete(engine, id) {
    const end = Date.now() + REMOVAL_SECONDS * 1000;
    for (;;) {
      try {
        await orGone(engine.getVolume(id).remove({ force: true }));
        return;
      } catch (error) {
        if (Date.now() > end || !String(error).includes('in use')) throw error;
      }
      await pause(500);
    }
  },
};
