import type { SimulatorProfile } from '../profile.ts';
import { quectelEc2x } from './quectel-ec2x.ts';

/** An EC200A. */
export const quectelEc200: SimulatorProfile = {
  ...quectelEc2x,
  id: 'quectel-ec200',
  model: 'EC200A',
  revision: 'EC200AEUV1HAR02A07M16',
  information: ['Quectel', 'EC200A', 'Revision: EC200AEUV1HAR02A07M16'],
  cscs: ['GSM', 'IRA', 'UCS2', 'HEX', 'PCCP936'],
};
