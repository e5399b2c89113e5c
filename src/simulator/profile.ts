/** What one modem family answers and allows, as data. */
export interface SimulatorProfile {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly revision: string;
  /** Lines of `ATI`. */
  readonly information: readonly string[];
  /** Printed after a reset; `{pin}` stands for what `+CPIN?` would say. */
  readonly boot: readonly string[];
  /** Command that reads the ICCID: it answers under its own name. */
  readonly iccidCommand: string;
  readonly capacities: { readonly SM: number; readonly ME: number };
  /** Where reading, writing and receiving happen after a reset. */
  readonly storage: 'SM' | 'ME';
  readonly firstIndex: number;
  readonly cnmiTest: string;
  /** `<mode>,<mt>,<bm>,<ds>,<bfr>` as a whole must match. */
  readonly cnmiAccepted: RegExp;
  readonly cscs: readonly string[];
  /** `AT+CMGR` of an empty slot: +CMS ERROR 321, or OK and no line. */
  readonly emptySlot: 'error' | 'ok';
  /** Said once when a message comes to a full storage; null says nothing. */
  readonly fullNotice: string | null;
  /** Final result of a command the modem does not know. */
  readonly unknownCommand: 'ERROR' | 'COMMAND NOT SUPPORT' | { readonly cme: number };
  /** Whole command lines with their whole answer, before anything else is looked at. */
  readonly literal: Readonly<Record<string, readonly string[]>>;
}

/** Follows TS 27.005 and TS 27.007 and has no quirk. */
export const genericProfile: SimulatorProfile = {
  id: 'generic',
  manufacturer: 'sim2mqtt',
  model: 'SIMULATOR',
  revision: 'Revision:1.0',
  information: ['Manufacturer: sim2mqtt', 'Model: SIMULATOR', 'Revision: 1.0', '+GCAP: +CGSM'],
  boot: ['RDY', '+CFUN: 1', '+CPIN: {pin}', 'Call Ready', 'SMS Ready'],
  iccidCommand: '+CCID',
  capacities: { SM: 50, ME: 255 },
  storage: 'ME',
  firstIndex: 1,
  cnmiTest: '+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)',
  cnmiAccepted: /^[0-2],[0-3],[02],[0-2],[01]$/,
  cscs: ['IRA', 'GSM', 'UCS2'],
  emptySlot: 'error',
  fullNotice: '+SMS FULL',
  unknownCommand: { cme: 100 },
  literal: {},
};
