import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** A SIM800C on a USB bridge, its rate fixed. */
export const sim800: SimulatorProfile = {
  ...genericProfile,
  id: 'sim800',
  manufacturer: 'SIMCOM_Ltd',
  model: 'SIMCOM_SIM800C',
  revision: 'Revision:1418B04SIM800C24',
  information: ['SIM800 R14.18'],
  boot: ['RDY', '+CFUN: 1', '+CPIN: {pin}', 'Call Ready', 'SMS Ready'],
  iccid: { name: '+CCID', reply: '{iccid}' },
  pinTries: { name: '+SPIC', reply: '+SPIC: {pin},{puk},0,10' },
  capacities: { SM: 40, ME: 50 },
  storage: 'SM',
  storageAliases: { SM_P: 'SM', ME_P: 'ME' },
  storageTold: 'SM_P',
  storageTest: '+CPMS: ("SM","ME","SM_P","ME_P","MT"),("SM","ME","SM_P","ME_P","MT"),("SM","ME","SM_P","ME_P","MT")',
  cnmiTest: '+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)',
  cscs: ['IRA', 'GSM', 'UCS2', 'HEX', 'PCCP', 'PCDN', '8859-1'],
  fullNotice: null,
  unknown: ['+CEREG'],
  unknownCommand: { cme: 100 },
  tellsTechnology: false,
  signal: [12, 0],
  operator: [0, null],
  chatter: { every: 10_000, lines: ['UNDER-VOLTAGE WARNNING'] },
};
