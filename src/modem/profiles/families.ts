import type { ModemFamily } from '../../domain/modem-family.ts';
import type { ModemIdentity } from '../../domain/modem-state.ts';
import type { Profile } from '../profile.ts';
import { a76xxProfile } from './a76xx.ts';
import { air780Profile } from './air780.ts';
import { cinterionProfile } from './cinterion.ts';
import { genericProfile } from './generic.ts';
import { huaweiE1xxxProfile } from './huawei-e1xxx.ts';
import { huaweiE3372Profile } from './huawei-e3372.ts';
import { ml307Profile } from './ml307.ts';
import { quectelEc2xProfile } from './quectel-ec2x.ts';
import { quectelEc200Profile } from './quectel-ec200.ts';
import { sim70x0Profile } from './sim70x0.ts';
import { sim800Profile } from './sim800.ts';
import { sim7600Profile } from './sim7600.ts';
import { wavecomProfile } from './wavecom.ts';
import { withProfile } from './with-profile.ts';
import { zteProfile } from './zte.ts';

/** The first that matches counts; the generic one matches whatever is left. */
export const families: readonly Profile[] = [
  sim800Profile,
  sim7600Profile,
  a76xxProfile,
  sim70x0Profile,
  quectelEc200Profile,
  quectelEc2xProfile,
  air780Profile,
  ml307Profile,
  huaweiE3372Profile,
  huaweiE1xxxProfile,
  zteProfile,
  wavecomProfile,
  cinterionProfile,
  genericProfile,
];

/** What a modem is taken for before its family is known: its lines are those of all families. */
export const allFamilies: Profile = withProfile({
  id: 'generic',
  matches: () => false,
  ...Object.fromEntries(
    (['ignored', 'booted', 'woke', 'storageFull', 'callEnded', 'simGone', 'lowPower', 'highPower'] as const).map(
      (list) => [list, [...new Set(families.flatMap((family) => family[list]))]],
    ),
  ),
});

/** The family of a modem that calls itself so. */
export function familyOf(identity: ModemIdentity): Profile {
  return families.find((family) => family.matches(identity)) ?? genericProfile;
}

export function familyNamed(id: ModemFamily): Profile {
  return families.find((family) => family.id === id) ?? genericProfile;
}
