import { genericProfile, type SimulatorProfile } from '../profile.ts';

const information = ['Manufacturer: SIMCOM INCORPORATED', 'Model: A7670E-FASE', 'Revision: A7670M7_V1.11.1'];

/** An A7670E-FASE. */
export const a76xx: SimulatorProfile = {
  ...genericProfile,
  id: 'a76xx',
  manufacturer: 'SIMCOM INCORPORATED',
  model: 'A7670E-FASE',
  revision: 'A110B01A7670M7_F',
  information,
  boot: ['*ATREADY: 1', '+CPIN: {pin}', 'SMS DONE', 'PB DONE'],
  iccid: { name: '+CICCID', reply: '+ICCID: {iccid}' },
  pinTries: { name: '+SPIC', reply: '+SPIC: {pin},{puk},0,10' },
  capacities: { SM: 50, ME: 180 },
  storageTest: '+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")',
  firstIndex: 0,
  cnmiAccepted: /^(?:[01],[0-3],[02],[0-2],[01]|2,[0-2],[02],[02],[01])$/,
  fullNotice: '+ SMS FULL',
  signal: [21, 0],
  literal: { 'AT+SIMCOMATI': information },
  chatter: { every: 15_000, lines: ['+CNSMOD: 8'] },
};
