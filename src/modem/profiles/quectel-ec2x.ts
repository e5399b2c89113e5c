import type { ProfileChange } from './with-profile.ts';
import { called, withProfile } from './with-profile.ts';

/** What the maker's modules have in common (EC2x/EG9x/EG2x-G/EM05 AT manual V2.0). */
export const quectelShared = {
  // Off by default; a full storage receives nothing and says nothing.
  setUp: ['AT+QINDCFG="smsfull",1', 'AT+QSIMSTAT=1'],
  iccid: ['AT+QCCID', 'AT+CCID'],
  pinTries: [{ line: 'AT+QPINC="SC"', reply: /^\+QPINC:\s*"SC"\s*,\s*(\d+)/i }],
  // Stored reports are announced in one storage and kept in another: reading the slot announced deletes somebody's message
  // (IchthysMaranatha/asterisk-chan-quectel pull request 75).
  reports: [1, 0],
  direct: [[2, 2, 0, 1, 0]],
  announcing: {
    line: 'AT+QURCCFG="urcport"',
    reply: /^\+QURCCFG:\s*"urcport"\s*,\s*"(\w+)"/i,
    ports: ['usbat', 'usbmodem'],
    hint: 'Use the other AT port of the modem (`sim2mqtt ports` lists them), or tell it once, in a terminal: AT+QURCCFG="urcport","all".',
  },
  woke: [/^\+QUSIM: 1$/],
} as const satisfies Partial<ProfileChange>;

/** Quectel EC2x, EG2x, EG9x, BG9x and kin (Qualcomm chips), and what is sold under other names with them inside. */
export const quectelEc2xProfile = withProfile({
  id: 'quectel-ec2x',
  matches: called(/\b(?:E[CGPM](?:0[56]|12|2[015]|9[15])(?!\d)|BG(?:77|9[56])|UC(?:15|20)|RM5\d\d)/i),
  ...quectelShared,
});
