import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** A SIM7080. */
export const sim70x0: SimulatorProfile = {
  ...genericProfile,
  id: 'sim70x0',
  manufacturer: 'SIMCOM_Ltd',
  model: 'SIMCOM_SIM7080',
  revision: 'Revision:1951B08SIM7080',
  information: ['SIM7080 R1951.08'],
  boot: ['RDY', '+CFUN: 1', '+CPIN: {pin}', 'SMS Ready'],
  iccid: { name: '+CCID', reply: '{iccid}' },
  pinTries: { name: '+SPIC', reply: '+SPIC: {pin},{puk},0,10' },
  capacities: { SM: 50, ME: 0 },
  storage: 'SM',
  storageTest: '+CPMS: ("SM"),("SM"),("SM")',
  readable: ['SM'],
  receivable: ['SM'],
  // SIM7070/7080/7090 AT manual V1.05, the example of +CNMI.
  cnmiAccepted: /^[0-2],[0-3],[02],[02],[01]$/,
};
