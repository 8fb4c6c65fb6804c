import { expect, test } from 'vitest';
import { brokerProgram } from '../../../components/program.ts';

test.each([
  ['docker.io/feature-store-monitoring/programs:0.1.0', 'docker.io/feature-store-monitoring/kafka-broker'],
  ['ghcr.io/acme/store/programs:1.2.3', 'ghcr.io/acme/store/kafka-broker'],
  ['localhost:5000/programs:1', 'localhost:5000/kafka-broker'],
  [`ghcr.io/acme/programs@sha256:${'a'.repeat(64)}`, 'ghcr.io/acme/kafka-broker'],
  ['registry.example.org/own/demo:1', 'docker.io/feature-store-monitoring/kafka-broker'],
  ['', 'docker.io/feature-store-monitoring/kafka-broker'],
])('the broker of %s is %s', (own, broker) => {
  expect(brokerProgram(own).image.replace(/:[^:]*$/, '')).toBe(broker);
});
