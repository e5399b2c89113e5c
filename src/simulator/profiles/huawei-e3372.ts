import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** An E3372s with stick firmware. */
export const huaweiE3372: SimulatorProfile = {
  ...genericProfile,
  id: 'huawei-e3372',
  manufacturer: 'huawei',
  model: 'E3372',
  revision: '21.180.01.00.00',
  information: [
    'Manufacturer: huawei',
    'Model: E3372',
    'Revision: 21.180.01.00.00',
    'IMEI: {imei}',
    '+GCAP: +CGSM,+DS,+ES',
  ],
  boot: ['^SIMST:1', '^SRVST:2', '^MODE:5,4'],
  leavesBus: true,
  iccid: { name: '^ICCID', reply: '^ICCID: {iccid}' },
  pinTries: { name: '^CPIN', reply: '^CPIN: SIM PIN,,{puk},{pin},10,3' },
  capacities: { SM: 30, ME: 20 },
  firstIndex: 0,
  fullNotice: '^SMMEMFULL:"ME"',
  packedUssd: 'until_told',
  tellsTechnology: false,
  cell: ['"003D"', '"00278120"'],
  literal: {
    'AT^CURC=0': [],
    'AT^PORTSEL=0': [],
    'AT^VERSION?': ['^VERSION:EXTS:21.180.01.00.00'],
    'AT^FHVER': ['^FHVER:"E3372H-607 22.329.63.00.74,CL2E3372HM Ver.A"'],
  },
  refused: { 'AT+CCID': 'silence' },
  unknownCommand: 'COMMAND NOT SUPPORT',
  chatter: { every: 10_000, lines: ['^RSSI:20', '^HCSQ:"LTE",48,39,71,22', '^EONS:0'] },
};
