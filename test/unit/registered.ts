import * as pulumi from '@pulumi/pulumi';

/** A resource as a program registers it, with its secrets marked. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the SDK sends
  readonly inputs: any;
}

/** What a program registers, once everything has been sent. */
export async function registeredBy(program: () => unknown): Promise<readonly Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs, id }) => {
      registered.push({ type, name, inputs });
      return { id: id || `${name}-id`, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  await program();
  await pulumi.runtime.disconnect();
  return registered;
}
