import { called, withProfile } from './with-profile.ts';

/**
 * Siemens and Cinterion TC35, MC55i, MC75i and kin. <bfr> must be 1 (gammu pull request 1207), and what is received never goes to ME.
 * The TC35 passes messages on (Kannel `modems.conf`); where <mt> 2 is not offered it is not asked for.
 */
export const cinterionProfile = withProfile({
  id: 'cinterion',
  matches: called(/SIEMENS|CINTERION/i),
  iccid: ['AT+CCID', 'AT^SCID'],
  pinTries: [{ line: 'AT^SPIC', reply: /^\^SPIC:\s*(\d+)/i }],
  indications: [[2, 1, 0, 2, 1]],
  direct: [
    [2, 2, 0, 1, 1],
    [3, 2, 0, 1, 1],
  ],
});
