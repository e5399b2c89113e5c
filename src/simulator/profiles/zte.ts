import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** A K3565-Z. */
export const zte: SimulatorProfile = {
  ...genericProfile,
  id: 'zte',
  manufacturer: 'ZTE INCORPORATED',
  model: 'K3565-Z',
  revision: 'BD_P673A2V1.0.0B09',
  information: ['Manufacturer: ZTE INCORPORATED', 'Model: K3565-Z', 'Revision: BD_P673A2V1.0.0B09', 'IMEI: {imei}'],
  boot: ['+ZUSIMR:2', '+ZPASR: "UMTS"'],
  leavesBus: true,
  iccid: { name: '+ICCID', reply: 'ICCID: {iccid}' },
  capacities: { SM: 25, ME: 23 },
  storage: 'SM',
  storageTest: '+CPMS: ("ME","MT","SM","SR"),("ME","MT","SM","SR"),("ME","MT","SM","SR")',
  reportHeader: '+CDS: ,',
  cnmiAccepted: /^[01],[0-2],[02],[0-2],[01]$/,
  fullNotice: '+ZSMMEMFULL: "SM"',
  tellsTechnology: false,
  unknown: ['+CEREG', '+CPINR'],
  unknownCommand: 'ERROR',
  literal: { 'AT+CFUN?': ['+CFUN: (0-1,4-7),(0-1)'], 'AT+ZOPRT=5': [] },
  chatter: { every: 5_000, lines: ['+ZUSIMR:2', '+ZPASR: "UMTS"'] },
};
