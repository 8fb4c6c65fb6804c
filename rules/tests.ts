export { casesOf, renderTests } from './proof/tests.ts';
