import type { OutboundError } from '../domain/message.ts';

/**
 * What to do about a `+CMS ERROR` (TS 27.005 3.2.5, TS 24.011 annex E, TS 23.040 9.2.3.22): `retry` later, `fix` the modem or SIM
 * first, `permanent` for this message, `ambiguous`: it may have gone out, `none`: says nothing about a message.
 */
export type CmsClass = 'retry' | 'fix' | 'permanent' | 'ambiguous' | 'none';

type Row = readonly [codes: number | readonly [first: number, last: number], is: CmsClass, meaning: string];

const rows: readonly Row[] = [
  [1, 'permanent', 'the number is not assigned'],
  [8, 'permanent', 'the operator bars this line from sending'],
  [10, 'permanent', 'sending is barred for this line: no credit, or not in its plan'],
  [17, 'retry', 'network failure'],
  [21, 'permanent', 'the network rejected the message'],
  [22, 'retry', 'congestion, or memory exceeded at the other end'],
  [27, 'retry', 'the destination is out of service'],
  [28, 'permanent', 'unidentified subscriber'],
  [29, 'permanent', 'the network rejected the facility'],
  [30, 'permanent', 'unknown subscriber: the SIM is not provisioned'],
  [31, 'retry', 'unspecified network reason'],
  [34, 'retry', 'the modem could not send now'],
  [38, 'retry', 'network out of order, or a wrong service centre'],
  [41, 'retry', 'temporary failure'],
  [42, 'retry', 'congestion'],
  [47, 'retry', 'no resources in the network'],
  [50, 'permanent', 'this line may not send messages: the plan lacks them'],
  [69, 'fix', 'the network offers no messages over this bearer'],
  [81, 'permanent', 'invalid transfer reference'],
  [95, 'permanent', 'invalid message'],
  [96, 'permanent', 'invalid mandatory information: wrong number, type or service centre'],
  [[97, 99], 'permanent', 'the network does not understand the message'],
  [107, 'retry', 'bearer failure'],
  [111, 'fix', 'protocol error: often a wrong service centre or number type'],
  [127, 'retry', 'interworking failure: barred destination, filtered text or no credit'],
  [[128, 130], 'permanent', 'the service centre does not support this protocol'],
  [[143, 145], 'permanent', 'the service centre does not support this coding'],
  [[159, 161], 'permanent', 'the service centre does not support this command'],
  [[175, 176], 'permanent', 'the service centre does not support this PDU'],
  [192, 'retry', 'the service centre is busy'],
  [193, 'permanent', 'no subscription at the service centre'],
  [194, 'retry', 'the service centre failed'],
  [195, 'permanent', 'invalid destination address'],
  [196, 'permanent', 'the destination is barred'],
  [197, 'permanent', 'the service centre has this message already'],
  [[198, 199], 'permanent', 'the service centre does not support the validity period'],
  [208, 'fix', 'the SIM storage is full'],
  [209, 'fix', 'the SIM has no storage for messages'],
  [210, 'fix', 'error in the modem'],
  [211, 'fix', 'memory exceeded'],
  [212, 'fix', 'the SIM toolkit is busy'],
  [[224, 226], 'ambiguous', 'the radio connection broke while sending'],
  [255, 'fix', 'unspecified error at the service centre'],
  [300, 'retry', 'modem failure'],
  [301, 'retry', 'the message service of the modem is reserved'],
  [302, 'fix', 'the modem does not allow this now'],
  [303, 'permanent', 'the modem does not support this'],
  [304, 'permanent', 'the modem found the PDU invalid'],
  [305, 'permanent', 'the modem found a text parameter invalid'],
  [310, 'fix', 'no SIM is inserted'],
  [311, 'fix', 'the SIM wants its PIN'],
  [312, 'fix', 'the modem is locked to another SIM'],
  [313, 'fix', 'the SIM failed'],
  [314, 'retry', 'the SIM is busy'],
  [315, 'fix', 'the wrong SIM is inserted'],
  [316, 'fix', 'the SIM wants its PUK'],
  [317, 'fix', 'the SIM wants its PIN2'],
  [318, 'fix', 'the SIM wants its PUK2'],
  [320, 'fix', 'the message storage failed'],
  [321, 'none', 'there is nothing at this index'],
  [322, 'fix', 'the message storage is full'],
  [[323, 325], 'permanent', 'the modem found the input invalid'],
  [330, 'fix', 'the service centre address is not set'],
  [331, 'fix', 'the modem is not registered with a network'],
  [332, 'ambiguous', 'the network did not answer in time'],
  [340, 'none', 'no acknowledgement was expected'],
  [[341, 342], 'permanent', 'the message is longer than the modem takes'],
  [350, 'retry', 'bearer failure'],
  [500, 'retry', 'unknown error'],
  [510, 'permanent', 'the modem blocks the message'],
  [[512, 515], 'retry', 'the modem was busy with something else'],
  [517, 'permanent', 'the modem found the PDU invalid'],
  [519, 'permanent', 'the modem found the PDU invalid'],
  [521, 'ambiguous', 'the network did not answer in time'],
  [532, 'retry', 'the SIM is not ready'],
  [[549, 554], 'permanent', 'the modem found the PDU invalid'],
  [[615, 616], 'retry', 'network failure'],
  [770, 'permanent', 'the network rejected the SIM'],
];

/** Class and meaning of a `+CMS ERROR` code; one that nobody documents is `permanent`, so that it is never repeated blindly. */
export function cmsError(code: number): { readonly is: CmsClass; readonly meaning: string } {
  const row = rows.find(([codes]) =>
    typeof codes === 'number' ? codes === code : codes[0] <= code && code <= codes[1],
  );
  return row === undefined ? { is: 'permanent', meaning: `error ${code}` } : { is: row[1], meaning: row[2] };
}

/** A refusal as the sender of the message is told: who refused (TS 24.011, TS 23.040, TS 27.005 number ranges), why, and what a person can do. */
export function cmsFailure(code: number): OutboundError {
  const { is, meaning } = cmsError(code);
  const hint = remedies[code] ?? (is === 'fix' ? lookAtModem : undefined);
  const failure = {
    code: `cms.${code}`,
    message: `${refusedBy(code)}: ${meaning}`,
    retryable: is === 'retry',
  } as const;
  return hint === undefined ? failure : { ...failure, hint };
}

const lookAtModem = 'Run `sim2mqtt doctor`; if it finds nothing, restart the modem.';
const full = 'Delete messages of the SIM and the modem in a phone: a full storage may refuse to send too.';
const seat = 'Insert a SIM that works, contacts first, and restart the modem.';

/** What a person can do, where that can be said. */
const remedies: Readonly<Record<number, string>> = {
  8: 'Ask the operator of the SIM to lift the barring of outgoing messages.',
  10: 'Look at the credit and the plan of the SIM; some plans bar messages while roaming.',
  50: 'Ask the operator of the SIM for a plan with messages: this one has none, or none while roaming.',
  69: 'Let the modem use another network: some offer messages over 2G and 3G, or over LTE, only.',
  111: 'Check the service centre number (`smsc` of the modem) and that the recipient is written as +, country code, number.',
  208: full,
  209: seat,
  211: full,
  310: seat,
  311: 'Set pin_file for this modem, or switch the PIN off in a phone.',
  312: 'The modem is locked to the SIMs of one operator: use one of those, or have it unlocked.',
  313: 'Clean the contacts of the SIM, seat it again, or try another one.',
  315: 'The modem is locked to another SIM: insert that one.',
  316: 'Put the SIM into a phone and enter the PUK; it is never typed from here.',
  317: 'Enter PIN2 in a phone.',
  318: 'Put the SIM into a phone and enter PUK2; it is never typed from here.',
  322: full,
  330: 'Set `smsc` of the modem to the service centre number of its operator, as in "+12063130004".',
  331: 'Check antenna, plan and whether the network is still there: the modem is not registered.',
};

function refusedBy(code: number): string {
  if (code <= 127) return 'refused by the network';
  return code <= 255 ? 'refused by the service centre' : 'refused by the modem';
}
