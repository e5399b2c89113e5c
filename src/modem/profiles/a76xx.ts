import { called, withProfile } from './with-profile.ts';

/**
 * SIMCom A76xx and SIM767x (ASR chips). Indications as with the SIM7600 (A76xx AT manual V1.09, +CNMI). Which bearer messages take is not
 * kept over a restart (same manual, +CGSMS): circuit switched first, packet where there is none.
 */
export const a76xxProfile = withProfile({
  id: 'a76xx',
  matches: called(/\bA76\d\d|SIM76[67]\d/i),
  reset: ['AT+CRESET', 'AT+CFUN=1,1'],
  setUp: ['AT+CGSMS=3'],
  iccid: ['AT+CICCID', 'AT+CCID'],
  pinTries: [{ line: 'AT+SPIC', reply: /^\+SPIC:\s*(\d+)/i }],
  indications: [
    [1, 1, 0, 1, 0],
    [2, 1, 0, 2, 0],
  ],
  direct: [],
});
