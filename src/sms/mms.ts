import type { UserData } from './user-data.ts';

const wapPushPort = 2948;
const mmsMessage = 'application/vnd.wap.mms-message';
/** The same as a well-known short integer: 0x3E of the WSP assigned numbers. */
const mmsMessageCode = 0xbe;
const lengthQuote = 0x1f;

/**
 * Whether a message is an MMS notification: a WAP push (WAP-230 8.2.4) to port 2948 of the content type of MMS.
 * Of a message in parts, ask with the ports of one and the joined data; the first part alone does too.
 */
export function isMmsNotification({ ports, data }: Pick<UserData, 'ports' | 'data'>): boolean {
  if (ports === null || ports.destination !== wapPushPort) return false;
  // Transaction id, PDU type (6 push, 7 confirmed push), length of the headers as a uintvar, content type.
  const type = data[1];
  if (type !== 6 && type !== 7) return false;
  return isMmsMessage(data, afterLength(data, afterUintvar(data, 2)));
}

function isMmsMessage(data: Uint8Array, at: number): boolean {
  if (data[at] === mmsMessageCode) return true;
  for (let i = 0; i < mmsMessage.length; i++) {
    // Media types are compared without regard to case; "-", "." and "/" have the bit set already.
    if (((data[at + i] ?? 0) | 0x20) !== mmsMessage.charCodeAt(i)) return false;
  }
  return (data[at + mmsMessage.length] ?? 0) === 0;
}

/** Past the value length of a content type in general form (0 to 30 octets, or quoted), if there is one. */
function afterLength(data: Uint8Array, at: number): number {
  const octet = data[at];
  if (octet === undefined || octet > lengthQuote) return at;
  return octet === lengthQuote ? afterUintvar(data, at + 1) : at + 1;
}

/** The top bit of each octet says that another follows. */
function afterUintvar(data: Uint8Array, start: number): number {
  let at = start;
  while (((data[at] ?? 0) & 0x80) !== 0) at++;
  return at + 1;
}
