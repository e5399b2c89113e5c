import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** An ML307A. */
export const ml307: SimulatorProfile = {
  ...genericProfile,
  id: 'ml307',
  manufacturer: 'CMCC',
  model: 'ML307A',
  revision: 'ML307A-DSLN',
  information: ['CMCC', 'ML307A', 'Revision: ML307A-DSLN'],
  boot: ['+MATREADY', '+CPIN: {pin}'],
  leavesBus: true,
  iccid: { name: '+MCCID', reply: '+MCCID: {iccid}' },
  capacities: { SM: 50, ME: 50 },
  unknownCommand: 'ERROR',
};
