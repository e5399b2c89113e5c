import { called, withProfile } from './with-profile.ts';

/**
 * Huawei E3372, E3131, E3276 and kin as sticks, with a serial port. Chatter is switched off first: it fills the buffers of ports that nobody reads
 * (ModemManager `plugins/huawei/mm-plugin-huawei.c`). `AT+CCID` is never answered and so not asked.
 */
export const huaweiE3372Profile = withProfile({
  id: 'huawei-e3372',
  matches: called(/^huawei.*\n(?:E3\d{3}|MS2\d{3}|E8\d{3}|E5\d{3}|K5\d{3})/i),
  reset: ['AT^RESET', 'AT+CFUN=1,1'],
  setUp: ['AT^CURC=0', 'AT^PORTSEL=0'],
  iccid: ['AT^ICCID?'],
  pinTries: [{ line: 'AT^CPIN?', reply: /^\^CPIN:\s*[^,]*,[^,]*,[^,]*,\s*(\d+)/i }],
  // ofono uses mode 1: mode 2 is offered and at times refused.
  indications: [
    [1, 1, 0, 1, 0],
    [2, 1, 0, 2, 0],
  ],
  direct: [],
  plainUssd: 'AT^USSDMODE=0',
});
