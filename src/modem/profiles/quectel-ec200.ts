import { quectelShared } from './quectel-ec2x.ts';
import { called, withProfile } from './with-profile.ts';

/** Quectel EC200, EC600, EG912, EG915 and EG916 (ASR and Unisoc chips): other ports than the EC2x, the same commands. */
export const quectelEc200Profile = withProfile({
  id: 'quectel-ec200',
  matches: called(/\b(?:EC200|EC600|EG91[256])/i),
  ...quectelShared,
});
