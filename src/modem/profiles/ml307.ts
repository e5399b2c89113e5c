import { called, withProfile } from './with-profile.ts';

/** China Mobile ML307A, ML307R and ML307C. */
export const ml307Profile = withProfile({
  id: 'ml307',
  matches: called(/\bML307/i),
  iccid: ['AT+MCCID', 'AT+ICCID'],
  direct: [],
  booted: [/^\+MATREADY\b/],
});
