import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** An MC75i. */
export const cinterion: SimulatorProfile = {
  ...genericProfile,
  id: 'cinterion',
  manufacturer: 'SIEMENS',
  model: 'MC75i',
  revision: 'REVISION 01.101',
  information: ['SIEMENS', 'MC75i', 'REVISION 01.101'],
  boot: ['^SYSSTART'],
  iccid: { name: '^SCID', reply: '^SCID: {iccid}' },
  pinTries: { name: '^SPIC', reply: '^SPIC: {pin}' },
  capacities: { SM: 20, ME: 25 },
  storageTest: '+CPMS: ("ME","SM","MT"),("ME","SM","MT"),("SM","MT")',
  receivable: ['SM'],
  cnmiTest: '+CNMI: (0-3),(0,1),(0,2,3),(0,2),(1)',
  cnmiAccepted: /^[0-3],[01],[023],[02],1$/,
  tellsTechnology: false,
  fullNotice: null,
  unknown: ['+CEREG'],
  unknownCommand: { cme: 100 },
};
