import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** An E1752: what it lists for +CNMI is more than it takes. */
export const huaweiE1xxx: SimulatorProfile = {
  ...genericProfile,
  id: 'huawei-e1xxx',
  manufacturer: 'huawei',
  model: 'E1752',
  revision: '11.126.13.00.00',
  information: ['Manufacturer: huawei', 'Model: E1752', 'Revision: 11.126.13.00.00', '+GCAP: +CGSM,+DS,+ES'],
  boot: ['^SIMST:1', '^SRVST:2', '^BOOT:91409020,0,0,0,6'],
  leavesBus: true,
  iccid: { name: '^ICCID', reply: '^ICCID: {iccid}' },
  pinTries: { name: '^CPIN', reply: '^CPIN: SIM PIN,,{puk},{pin},10,3' },
  capacities: { SM: 50, ME: 23 },
  storageTest: '+CPMS: ("ME","MT","SM","SR"),("ME","MT","SM","SR"),("ME","MT","SM","SR")',
  firstIndex: 0,
  cnmiAccepted: /^[01],[0-2],[02],[0-2],[01]$/,
  fullNotice: '^SMMEMFULL:"ME"',
  packedUssd: 'always',
  tellsTechnology: false,
  unknown: ['+CEREG'],
  unknownCommand: 'COMMAND NOT SUPPORT',
  literal: { 'AT^CURC=0': [] },
  refused: { 'AT+CMMS=2': { cms: 500 } },
  chatter: { every: 25_000, lines: ['^BOOT:91409020,0,0,0,6', '^RSSI:31', '^MODE:5,4'] },
};
