import { called, withProfile } from './with-profile.ts';

/**
 * AirM2M Air780E, EP and EPV. Errors come as text whatever +CMEE says, and +CEREG is answered under the name of +CGREG
 * (wildalley/air780e-hub, `docs/at-reference.md`): both are understood of every modem.
 */
export const air780Profile = withProfile({
  id: 'air780',
  matches: called(/Air7\d\d|AirM2M/i),
  reset: ['AT+RESET', 'AT+CFUN=1,1'],
  iccid: ['AT+ICCID', 'AT+CCID'],
  direct: [],
});
