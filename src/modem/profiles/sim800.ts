import { called, withProfile } from './with-profile.ts';

/**
 * SIMCom SIM800 and SIM900, 2G, mostly behind a USB bridge: they find the rate by themselves from the first `AT`s (SIM800 AT manual, +IPR)
 * and say nothing at a start until they have. SM and ME come under names that mean both (SM_P, ME_P) too: those are not swept twice.
 */
export const sim800Profile = withProfile({
  id: 'sim800',
  matches: called(/SIM(?:8[0-9]{2}|9[0-9]{2})(?!\d)/i),
  // Many hang on a UART without flow control: what comes while a command is ended is lost.
  gap: 50,
  iccid: ['AT+CCID', 'AT+CICCID'],
  pinTries: [{ line: 'AT+SPIC', reply: /^\+SPIC:\s*(\d+)/i }],
  // ofono `drivers/atmodem/sms.c` does not acknowledge there.
  direct: [],
});
