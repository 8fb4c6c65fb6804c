import { type Kind, labelMap, orGone } from './kind.ts';

interface IpamConfig {
  readonly subnet: string;
  readonly gateway: string;
}

export const network: Kind = {
  shape: {
    name: true,
    driver: true,
    ipamConfigs: { subnet: true, gateway: true },
    labels: { label: true, value: true },
  },
  inPlace: [],
  async create(engine, inputs) {
    const configs = (inputs.ipamConfigs ?? []) as IpamConfig[];
    const made = await engine.createNetwork({
      Name: inputs.name as string,
      Driver: inputs.driver as string,
      CheckDuplicate: true,
      Labels: labelMap(inputs.labels),
      IPAM: {
        Driver: 'default',
        Config: configs.map(({ subnet, gateway }) => ({ Subnet: subnet, Gateway: gateway })),
      },
    });
    return { id: made.id, outputs: inputs };
  },
  async update() {
    throw new Error('a network is never changed in place');
  },
  async read(engine, id, state) {
    return (await orGone(engine.getNetwork(id).inspect())) === undefined ? undefined : state;
  },
  async delete(engine, id) {
    await orGone(engine.getNetwork(id).remove());
  },
};
