import type { Settings } from './settings/index.ts';

/** The silences of the settings that are not over. */
export const currentSilences = ({ notifications }: Settings, now = new Date()) =>
  notifications.silences.filter(({ endsAt }) => Date.parse(endsAt) > now.getTime());
