// The policies alone, as a pack: pulumi preview --policy-pack ../policies
const { PolicyPack } = require('@pulumi/policy');
const pulumi = require('@pulumi/pulumi');
const { monitoringPolicies } = require('feature-store-monitoring/policies');
// What the program gives its stack: the rules that are declared follow from it.
const settings = require('../kubernetes/settings.json');

const options = {
  stack: pulumi.getStack(),
  name: 'monitoring-eu',
  settings: { ...settings, platform: 'kubernetes', kubernetes: { namespace: 'monitoring-eu' } },
};
// The version is read from the `package.json` of the working folder, which is the caller's.
process.chdir(__dirname);
new PolicyPack('shop-monitoring', { policies: monitoringPolicies(options) });
