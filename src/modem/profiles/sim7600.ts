import { called, withProfile } from './with-profile.ts';

/**
 * SIMCom SIM7500, SIM7600 and SIM7100. Reports are passed on in mode 1 only, and announced in mode 2 (SIM7500/SIM7600 AT manual V3.00, +CNMI);
 * announcements are withheld while DTR is off (same clause).
 */
export const sim7600Profile = withProfile({
  id: 'sim7600',
  matches: called(/SIM7(?:1|5|6)00/i),
  reset: ['AT+CRESET', 'AT+CFUN=1,1'],
  iccid: ['AT+CICCID', 'AT+CCID'],
  pinTries: [{ line: 'AT+SPIC', reply: /^\+SPIC:\s*(\d+)/i }],
  indications: [
    [1, 1, 0, 1, 0],
    [2, 1, 0, 2, 0],
  ],
  direct: [],
});
