import { genericProfile, type SimulatorProfile } from '../profile.ts';
import { a76xx } from './a76xx.ts';
import { cinterion } from './cinterion.ts';
import { huaweiE1xxx } from './huawei-e1xxx.ts';
import { quectelEc200 } from './quectel-ec200.ts';
import type { VariantId } from './variant-ids.ts';
import { zte } from './zte.ts';

/** Other modems that were recorded, each with what it says otherwise than the one of its family. */
export const simulatedVariants: readonly (SimulatorProfile & { readonly id: VariantId })[] = [
  {
    ...a76xx,
    id: 'a7670e-lnxy',
    model: 'A7670E-LNXY-UBL',
    revision: '23110B01A7670M4A',
    information: ['Manufacturer: SIMCOM INCORPORATED', 'Model: A7670E-LNXY-UBL', 'Revision: A7670M7_'],
    // It carries data only: no `SMS DONE` ever.
    boot: ['*ATREADY: 1', '+CPIN: {pin}', 'PB DONE'],
    refused: { 'AT+CMGF=0': 'ERROR' },
  },
  {
    ...quectelEc200,
    id: 'ec200u',
    model: 'EC200U',
    revision: 'EC200UCNAAR01A04M08',
    information: ['Quectel', 'EC200U', 'Revision: EC200UCNAAR01A04M08'],
  },
  {
    ...huaweiE1xxx,
    id: 'e173',
    model: 'E173',
    revision: '21.017.09.00.314',
    information: [
      'Manufacturer: huawei',
      'Model: E173',
      'Revision: 21.017.09.00.314',
      'IMEI: {imei}',
      '+GCAP: +CGSM,+DS,+ES',
    ],
  },
  { ...huaweiE1xxx, id: 'k3715', model: 'K3715', revision: '11.104.05.00.00' },
  { ...zte, id: 'mf656', model: 'MF656', revision: 'BD_MF656V1.0.2B11' },
  {
    ...zte,
    id: 'm6280',
    manufacturer: 'QUALCOMM INCORPORATED',
    model: 'M6280',
    revision: 'M6280_V1.0.0 M6280_V1.0.0 1 [Sep 4 2008 12:00:00]',
    information: ['Manufacturer: QUALCOMM INCORPORATED', 'Model: M6280', 'IMEI: {imei}'],
    boot: ['+ZUSIMR:2'],
    literal: { 'AT+CVHU=0': ['+CVHU: (0-1)'] },
    refused: { 'AT+CLAC': 'ERROR' },
  },
  {
    ...cinterion,
    id: 'mc55i',
    model: 'MC55i',
    information: ['SIEMENS', 'MC55i'],
    capacities: { SM: 20, ME: 0 },
    storage: 'SM',
    storageTest: '+CPMS: ("SM"),("SM"),("SM")',
    readable: ['SM'],
  },
  {
    ...genericProfile,
    id: 'sim5320e',
    manufacturer: 'SIMCOM INCORPORATED',
    model: 'SIMCOM_SIM5320E',
    revision: '+CGMR: 1575B13SIM5320E',
    firstIndex: 0,
  },
  {
    ...genericProfile,
    id: 'mc7455',
    manufacturer: 'Sierra Wireless, Incorporated',
    model: 'MC7455',
    revision: 'SWI9X30C_02.33.03.00 r8209 CARMD-EV-FRMWR2 2019/08/28 20:59:30',
    information: [
      'Manufacturer: Sierra Wireless, Incorporated',
      'Model: MC7455',
      'Revision: SWI9X30C_02.33.03.00 r8209 CARMD-EV-FRMWR2 2019/08/28 20:59:30',
      'MEID: 11111111111111',
      'IMEI: {imei}',
      'IMEI SV: 20',
      'FSN: ABCDEF12345678',
      '+GCAP: +CGSM',
    ],
  },
];
