import { called, withProfile } from './with-profile.ts';

/**
 * ZTE MF1xx, MF6xx, K3565-Z and Qualcomm sticks of other makers. `AT+CFUN?` tells the range in place of the value; `+ZUSIMR:2` floods the port
 * until +CPMS is asked for (ModemManager `plugins/zte/mm-broadband-modem-zte.c`), which every start does.
 */
export const zteProfile = withProfile({
  id: 'zte',
  matches: called(/\bZTE\b|^QUALCOMM/i),
  setUp: ['AT+ZOPRT=5'],
  iccid: ['AT+ICCID', 'AT+CCID'],
  // ofono `plugins/zte.c` uses mode 1.
  indications: [[1, 1, 0, 1, 0]],
  direct: [],
});
