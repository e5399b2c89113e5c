import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** An EC25. */
export const quectelEc2x: SimulatorProfile = {
  ...genericProfile,
  id: 'quectel-ec2x',
  manufacturer: 'Quectel',
  model: 'EC25',
  revision: 'EC25EFAR06A10M4G',
  information: ['Quectel', 'EC25', 'Revision: EC25EFAR06A10M4G'],
  boot: ['RDY', '+CFUN: 1', '+CPIN: {pin}', '+QUSIM: 1', '+QIND: SMS DONE', '+QIND: PB DONE'],
  leavesBus: true,
  iccid: { name: '+QCCID', reply: '+QCCID: {iccid}' },
  pinTries: { name: '+QPINC', reply: '+QPINC: "SC",{pin},{puk}' },
  capacities: { SM: 50, ME: 255 },
  firstIndex: 0,
  emptySlot: 'ok',
  losesReports: true,
  fullNotice: '+QIND: "smsfull","ME"',
  unknownCommand: 'ERROR',
  signal: [28, 99],
  literal: { 'AT+QINDCFG="smsfull",1': [], 'AT+QSIMSTAT=1': [], 'AT+QINISTAT': ['+QINISTAT: 7'] },
  chatter: { every: 15_000, lines: ['+QIND: "csq",20,99'] },
};
