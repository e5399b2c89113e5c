import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** A SIM7600G-H. */
export const sim7600: SimulatorProfile = {
  ...genericProfile,
  id: 'sim7600',
  manufacturer: 'SIMCOM INCORPORATED',
  model: 'SIMCOM_SIM7600G-H',
  revision: '+CGMR: LE20B04SIM7600G22',
  information: [
    'Manufacturer: SIMCOM INCORPORATED',
    'Model: SIMCOM_SIM7600G-H',
    'Revision: SIM7600G_V2.0.2',
    'IMEI: {imei}',
    '+GCAP: +CGSM',
  ],
  boot: ['RDY', '+CPIN: {pin}', 'SMS DONE', 'PB DONE'],
  iccid: { name: '+CICCID', reply: '+ICCID: {iccid}' },
  pinTries: { name: '+SPIC', reply: '+SPIC: {pin},{puk},0,10' },
  capacities: { SM: 50, ME: 23 },
  storageTest: '+CPMS: ("ME","MT","SM","SR"),("ME","MT","SM"),("ME","SM")',
  firstIndex: 0,
  // Reports are passed on in mode 1 only (SIM7500/SIM7600 AT manual V3.00, +CNMI).
  cnmiAccepted: /^(?:[01],[0-3],[02],[0-2],[01]|2,[0-2],[02],[02],[01])$/,
  emptySlot: 'error',
  charset: 'IRA',
  signal: [14, 99],
  literal: {
    'AT+CNMP?': ['+CNMP: 2'],
    'AT+CPSI?': ['+CPSI: LTE,Online,460-11,0x5A1E,187214780,257,EUTRAN-BAND3,1850,5,5,-94,-850,-545,15'],
    'AT+CSMP?': ['+CSMP: 17,183,0,0'],
  },
  chatter: { every: 15_000, lines: ['+CNSMOD: 8'] },
};
