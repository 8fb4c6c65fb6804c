import type { Reader } from './reader.ts';

/** Where secrets belong, by type: paths of inputs, with `*` for any place in a list. */
const SECRET_INPUTS: Readonly<Record<string, readonly string[]>> = {
  'grafana:oss/dataSource:DataSource': ['secureJsonDataEncoded', 'httpHeaders'],
  // The SDK encrypts whole inputs alone, so this one is marked where it is declared.
  'grafana:alerting/contactPoint:ContactPoint': ['alertmanagers.*.basicAuthPassword'],
};

/** What is set up in a Grafana through its API. */
export const readGrafana: Reader = ({ type }) => {
  if (!type.startsWith('grafana:')) return undefined;
  const places = (SECRET_INPUTS[type] ?? []).map((place) => place.split('.'));
  return {
    secret: (path) => places.some((place) => place.every((key, index) => key === '*' || key === path[index])),
  };
};
