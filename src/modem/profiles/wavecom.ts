import { called, withProfile } from './with-profile.ts';

/**
 * Wavecom modems (python-gsmmodem `test/fakemodems.py`): +CPIN? is answered without a final result, +CPMS takes two names, and error 515 says
 * that a radio just switched on is not ready yet. All of it is understood of every modem.
 */
export const wavecomProfile = withProfile({
  id: 'wavecom',
  matches: called(/WAVECOM/i),
  indications: [
    [2, 1, 0, 1, 0],
    [2, 1, 0, 2],
  ],
  direct: [[2, 2, 0, 1, 0]],
});
