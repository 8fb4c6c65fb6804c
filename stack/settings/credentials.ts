import { z } from 'zod';

/** A value that is encrypted in the stack's file and never shown. */
export const secret = z.string().min(1).optional().meta({ secret: true });

/** A user and the password that goes with the name. */
export const basicAuth = z.strictObject({
  user: z.string().min(1),
  password: z.string().min(1).meta({ secret: true }),
});
