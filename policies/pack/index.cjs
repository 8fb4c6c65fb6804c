// Pulumi's runner requires the entry, which must then be CommonJS; the pack itself is TypeScript that Node runs.
module.exports = () => {
  if (process.features.typescript) return import('./pack.ts');
  throw new Error(
    `The policy pack needs a Node that runs TypeScript, and this is ${process.version}. ` +
      'Put the project’s own first: PATH="$PWD/node_modules/.bin:$PATH" pulumi preview --policy-pack policies/pack',
  );
};
