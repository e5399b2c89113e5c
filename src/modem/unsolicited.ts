import type { SimState } from '../domain/modem-state.ts';
import type { UssdAnswer } from '../domain/ussd.ts';
import { asGatewayError } from '../errors.ts';
import { type Domain, type DomainState, domainState, domains } from './commands/network.ts';
import { decimal, fieldsOf } from './commands/reply.ts';
import { simStateOf } from './commands/sim.ts';
import { ussdAnswer } from './commands/ussd.ts';
import type { Profile } from './profile.ts';
import type { PowerFault } from './warnings.ts';

/** What a line that came by itself says. `stored`: null where it does not say where. */
export type Notice =
  | { readonly is: 'stored'; readonly storage: string | null; readonly index: number | null }
  | { readonly is: 'direct'; readonly tpduLength: number | null; readonly pdu: string }
  | { readonly is: 'registration'; readonly domain: Domain; readonly state: DomainState }
  | { readonly is: 'booted'; readonly cause?: PowerFault }
  | { readonly is: 'woke' }
  | { readonly is: 'sim'; readonly state: SimState }
  | { readonly is: 'storage_full' }
  | { readonly is: 'low_power' }
  | { readonly is: 'high_power' }
  | { readonly is: 'detached' }
  | { readonly is: 'ringing'; readonly from: string | null }
  | { readonly is: 'call_ended' }
  | { readonly is: 'ussd'; readonly answer: UssdAnswer };

/** The meaning of an unsolicited line and what belongs to it; null where it has none for us. `packedUssd`: septets in hex. */
export function noticeOf(lines: readonly string[], profile: Profile, packedUssd = false): Notice | null {
  try {
    return meaningOf(lines, profile, packedUssd);
  } catch (error) {
    if (asGatewayError(error).code === 'at.unparsable') return null;
    throw error;
  }
}

function meaningOf(lines: readonly string[], profile: Profile, packedUssd: boolean): Notice | null {
  const line = lines[0]?.trim() ?? '';
  const name = /^\+(\w+)\s*:/.exec(line)?.[1]?.toUpperCase() ?? line.toUpperCase();
  if (name === 'CMTI' || name === 'CDSI') return stored(line);
  if (name === 'CMT' || name === 'CDS') return direct(line, lines[1]);
  if (isDomain(name)) {
    const state = domainState(fieldsOf(line));
    return state === null ? null : { is: 'registration', domain: name, state };
  }
  if (name === 'RING' || name === 'CRING') return { is: 'ringing', from: null };
  if (name === 'CLIP') return { is: 'ringing', from: fieldsOf(line)[0] || null };
  if (name === 'CUSD') {
    const answer = ussdAnswer(lines.join('\n'), packedUssd);
    return answer === null ? null : { is: 'ussd', answer };
  }
  // TS 27.007 10.1.19.
  if (name === 'CGEV') return /NW DETACH/i.test(line) ? { is: 'detached' } : null;
  return listed(line, name, profile);
}

function listed(line: string, name: string, profile: Profile): Notice | null {
  const isOneOf = (shapes: readonly RegExp[]) => shapes.some((shape) => shape.test(line));
  const power = powerFaultOf(isOneOf, profile);
  if (isOneOf(profile.booted)) return power === null ? { is: 'booted' } : { is: 'booted', cause: power };
  if (power !== null) return { is: power };
  if (isOneOf(profile.woke)) return { is: 'woke' };
  if (isOneOf(profile.storageFull)) return { is: 'storage_full' };
  if (isOneOf(profile.callEnded)) return { is: 'call_ended' };
  if (isOneOf(profile.simGone)) return { is: 'sim', state: 'absent' };
  return name === 'CPIN' ? { is: 'sim', state: simStateOf(fieldsOf(line)[0] ?? '') } : null;
}

function powerFaultOf(isOneOf: (shapes: readonly RegExp[]) => boolean, profile: Profile): PowerFault | null {
  if (isOneOf(profile.lowPower)) return 'low_power';
  return isOneOf(profile.highPower) ? 'high_power' : null;
}

/** `+CMTI: "ME",0`, `+CMTI: ,-1`, `+CMTI: SM,`: an index below 0 or none means that only a sweep finds it. */
function stored(line: string): Notice {
  const [storage = '', field] = fieldsOf(line);
  const index = decimal(field);
  return {
    is: 'stored',
    storage: /^[A-Z][A-Z_]{1,3}$/.test(storage) ? storage : null,
    index: index === null || index < 0 ? null : index,
  };
}

/** `+CMT: [<alpha>],<length>` and `+CDS: <length>`, the PDU below; its last field is the length. */
function direct(line: string, below: string | undefined): Notice | null {
  const pdu = below?.trim() ?? '';
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(pdu)) return null;
  return { is: 'direct', tpduLength: decimal(fieldsOf(line).at(-1)), pdu };
}

function isDomain(name: string): name is Domain {
  return domains.some((domain) => domain === name);
}
