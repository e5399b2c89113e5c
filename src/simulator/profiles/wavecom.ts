import { genericProfile, type SimulatorProfile } from '../profile.ts';

/** A Wavecom terminal: one storage, two names, and +CPIN? without a final result. */
export const wavecom: SimulatorProfile = {
  ...genericProfile,
  id: 'wavecom',
  manufacturer: ' WAVECOM MODEM',
  model: ' MULTIBAND  900E  1800',
  information: [' WAVECOM MODEM', ' MULTIBAND  900E  1800'],
  boot: ['+WIND: 1', '+WIND: 4'],
  pinTries: { name: '+CPINC', reply: '+CPINC: {pin},3,{puk},10' },
  capacities: { SM: 50, ME: 0 },
  storage: 'SM',
  storageTest: '+CPMS: (("SM","BM","SR"),("SM"))',
  readable: ['SM'],
  receivable: ['SM'],
  storageNames: 2,
  silentPin: true,
  tellsTechnology: false,
  fullNotice: null,
  unknown: ['+CGMR', '+CEREG', '+CGREG'],
  unknownCommand: 'ERROR',
};
