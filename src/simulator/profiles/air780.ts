import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** An Air780EPV: does not answer to +CGMI and +CGMM, only to ATI. */
export const air780: SimulatorProfile = {
  ...genericProfile,
  id: 'air780',
  revision: 'AirM2M_780EPV_V1011_LTE_AT',
  information: ['AirM2M_780EPV_V1011_LTE_AT'],
  boot: ['+CPIN: {pin}', '^MODE: 17,17', '+E_UTRAN Service', '+CGEV: ME PDN ACT 1', '+NITZ: 26/08/24,12:47:42+32,0'],
  leavesBus: true,
  iccid: { name: '+ICCID', reply: '+ICCID: {iccid}' },
  capacities: { SM: 10, ME: 10 },
  storage: 'SM',
  storageTest: '+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")',
  textErrors: true,
  lteName: '+CGREG',
  unknown: ['+CGMI', '+CGMM', '+CGSMS'],
  unknownCommand: { cme: 3 },
  literal: { 'AT+CBC': ['+CBC: 3968'], 'AT+CIREG?': ['+CIREG: 2,0'], 'AT+CSMS?': ['+CSMS: 0,1,1'] },
  // Those two in numbers and without, whatever +CMEE says.
  refused: { 'AT+CNUM': 'ERROR', 'AT+CEER': 'ERROR', 'AT+CCED': { text: '+CME ERROR: 3' } },
};
