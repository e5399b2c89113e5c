import { called, withProfile } from './with-profile.ts';

/**
 * SIMCom SIM7070, SIM7080 and SIM7090 (Cat-M, NB-IoT). Their one storage is the card, and reports can be announced but not passed on
 * (SIM7070/7080/7090 AT manual V1.05, +CPMS and the example of +CNMI).
 */
export const sim70x0Profile = withProfile({
  id: 'sim70x0',
  matches: called(/SIM70[789]0/i),
  reset: ['AT+CRESET', 'AT+CFUN=1,1'],
  iccid: ['AT+CCID', 'AT+CICCID'],
  pinTries: [{ line: 'AT+SPIC', reply: /^\+SPIC:\s*(\d+)/i }],
  indications: [[2, 1, 0, 2, 0]],
  direct: [],
  storages: ['SM'],
});
