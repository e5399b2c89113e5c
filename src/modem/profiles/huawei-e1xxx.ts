import { huaweiE3372Profile } from './huawei-e3372.ts';
import { called, withProfile } from './with-profile.ts';

/**
 * Huawei E1xxx, E2xx and K3xxx sticks, 3G. They want a pause between commands (Home Assistant's gammu waits 300 ms), and many know USSD in packed septets only
 * (python-gsmmodem `test/fakemodems.py`: `^USSDMODE` is refused). What they do not know is `COMMAND NOT SUPPORT`.
 */
export const huaweiE1xxxProfile = withProfile({
  id: 'huawei-e1xxx',
  matches: called(/huawei/i),
  reset: ['AT^RESET', 'AT+CFUN=1,1'],
  setUp: ['AT^CURC=0'],
  iccid: ['AT^ICCID?', 'AT+CCID'],
  pinTries: huaweiE3372Profile.pinTries,
  indications: huaweiE3372Profile.indications,
  direct: [],
  plainUssd: 'AT^USSDMODE=0',
  gap: 300,
});
