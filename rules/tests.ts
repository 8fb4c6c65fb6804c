export { renderSloTests } from './proof/slo.ts';
export { casesOf, renderTests } from './proof/tests.ts';
