import type { ModemIdentity } from '../../domain/modem-state.ts';
import type { Profile } from '../profile.ts';
import { genericProfile } from './generic.ts';

/** What a family writes down. */
export type ProfileChange = Partial<Profile> & Pick<Profile, 'id' | 'matches'>;

/** A family's profile: its lists of lines are added to the generic ones, everything else replaces them. */
export function withProfile(change: ProfileChange): Profile {
  const joined = <T>(generic: readonly T[], own: readonly T[] | undefined) => [...(own ?? []), ...generic];
  return {
    ...genericProfile,
    ...change,
    ignored: joined(genericProfile.ignored, change.ignored),
    booted: joined(genericProfile.booted, change.booted),
    woke: joined(genericProfile.woke, change.woke),
    storageFull: joined(genericProfile.storageFull, change.storageFull),
    callEnded: joined(genericProfile.callEnded, change.callEnded),
    simGone: joined(genericProfile.simGone, change.simGone),
    lowPower: joined(genericProfile.lowPower, change.lowPower),
    highPower: joined(genericProfile.highPower, change.highPower),
  };
}

/** Whether maker, model or revision, in this order and parted by line ends, show the name. */
export function called(name: RegExp): Profile['matches'] {
  return ({ manufacturer, model, revision }: ModemIdentity) =>
    name.test([manufacturer, model, revision].map((text) => text ?? '').join('\n'));
}
