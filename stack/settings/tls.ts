import { z } from 'zod';
import { host } from '../../lib/forms.ts';

const certificates = z
  .string()
  .regex(/^\s*(-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----\s*)+$/, {
    message: 'one or more certificates in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----',
  });

const fields = {
  ca: certificates
    .optional()
    .describe('Certificates, in PEM, of the authorities that sign the server’s. Default: the system’s.'),
  certificate: certificates
    .optional()
    .describe('Certificate, in PEM, with which the client proves who it is. Default: none.'),
  key: z
    .string()
    .min(1)
    .meta({ secret: true })
    .optional()
    .describe('Private key of that certificate, in PEM.'),
};

type Client = { readonly certificate?: string | undefined; readonly key?: string | undefined };

const whole = [
  ({ certificate, key }: Client) => (certificate === undefined) === (key === undefined),
  { message: 'needs certificate and key together, or neither' },
] as const;

/** How a server is trusted, and who asks. */
export const tls = z
  .strictObject({
    ...fields,
    serverName: host.optional().describe('Name that its certificate must have. Default: its host.'),
  })
  .refine(...whole);

/** The same for a program that takes no other name of the server. */
export const tlsByHost = z.strictObject(fields).refine(...whole);

export type Tls = z.output<typeof tls>;
