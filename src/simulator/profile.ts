import type { Ms } from '../clock.ts';
import type { Result } from './outcome.ts';
import type { StorageName } from './stores.ts';

/** What one modem family answers and allows, as data. */
export interface SimulatorProfile {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly revision: string;
  /** Lines of `ATI`, `{imei}` in place of the number. */
  readonly information: readonly string[];
  /** Printed after a reset; `{pin}` stands for what `+CPIN?` would say. */
  readonly boot: readonly string[];
  /** With a restart it goes from the bus and comes back at another port. */
  readonly leavesBus: boolean;
  /** Command that reads the ICCID (without its AT), and what it says, `{iccid}` in place of the number. */
  readonly iccid: { readonly name: string; readonly reply: string };
  /** What asks for the tries left for the PIN, and what it says: `{pin}` and `{puk}` in place of the numbers. */
  readonly pinTries: { readonly name: string; readonly reply: string };
  readonly capacities: Readonly<Record<StorageName, number>>;
  /** Where reading and writing happen after a reset, and receiving, where it may. */
  readonly storage: StorageName;
  readonly storageTest: string;
  /** Other names that +CPMS takes, and the one that it tells until a storage was chosen. */
  readonly storageAliases: Readonly<Record<string, StorageName>>;
  readonly storageTold: string | null;
  /** Those that can be chosen, and of them those that can receive. */
  readonly readable: readonly StorageName[];
  readonly receivable: readonly StorageName[];
  /** How many names +CPMS takes. */
  readonly storageNames: 2 | 3;
  readonly firstIndex: number;
  readonly cnmiTest: string;
  /** `<mode>,<mt>,<bm>,<ds>,<bfr>` as a whole must match. */
  readonly cnmiAccepted: RegExp;
  readonly cscs: readonly string[];
  /** Of those, the one after a reset. */
  readonly charset: string;
  /** `AT+CMGR` of an empty slot: +CMS ERROR 321, or OK and no line. */
  readonly emptySlot: 'error' | 'ok';
  /** Between status and length of a listed message: nothing, quotation marks or not even a comma; or all, PDU too, on one line. */
  header: 'empty' | 'quoted' | 'missing' | 'one_line';
  /** What stands before the length of a report. */
  readonly reportHeader: '+CDS: ' | '+CDS: ,';
  /** With <ds> 2 reports are kept nowhere where they are announced. */
  readonly losesReports: boolean;
  /** Said once when a message comes to a full storage; null says nothing. */
  readonly fullNotice: string | null;
  /** Errors come as text though numbers were asked for. */
  readonly textErrors: boolean;
  /** `AT+CPIN?` brings no final result. */
  readonly silentPin: boolean;
  /** USSD is packed septets in hex: always, or until `AT^USSDMODE=0`. */
  readonly packedUssd: 'never' | 'always' | 'until_told';
  /** What +CEREG is answered under, and whether registration tells the technology. */
  readonly lteName: '+CEREG' | '+CGREG';
  readonly tellsTechnology: boolean;
  /** Area and cell as it writes them. */
  readonly cell: readonly [area: string, cell: string];
  /** <rssi> of the place it was recorded at, and <ber>. */
  readonly signal: readonly [rssi: number, ber: number];
  /** <format> of the operator after a reset, and its <AcT>; null tells none. */
  readonly operator: readonly [format: 0 | 2, technology: number | null];
  /** Said all the time. */
  readonly chatter: { readonly every: Ms; readonly lines: readonly string[] } | null;
  /** Commands of the standard that the modem does not know, by name. */
  readonly unknown: readonly string[];
  /** Whole command lines and what is said to them in place of doing them. */
  readonly refused: Readonly<Record<string, Result | 'silence'>>;
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
  information: ['Manufacturer: sim2mqtt', 'Model: SIMULATOR', 'Revision: 1.0', '+GCAP: +CGSM', 'IMEI: {imei}'],
  boot: ['RDY', '+CFUN: 1', '+CPIN: {pin}', 'Call Ready', 'SMS Ready'],
  leavesBus: false,
  iccid: { name: '+CCID', reply: '+CCID: {iccid}' },
  pinTries: { name: '+CPINR', reply: '+CPINR: SIM PIN,{pin},3\r\n+CPINR: SIM PUK,{puk},10' },
  capacities: { SM: 50, ME: 255 },
  storage: 'ME',
  storageTest: '+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")',
  storageAliases: {},
  storageTold: null,
  readable: ['SM', 'ME'],
  receivable: ['SM', 'ME'],
  storageNames: 3,
  firstIndex: 1,
  cnmiTest: '+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)',
  cnmiAccepted: /^[0-2],[0-3],[02],[0-2],[01]$/,
  cscs: ['IRA', 'GSM', 'UCS2'],
  charset: 'GSM',
  emptySlot: 'error',
  header: 'empty',
  reportHeader: '+CDS: ',
  losesReports: false,
  textErrors: false,
  silentPin: false,
  packedUssd: 'never',
  lteName: '+CEREG',
  tellsTechnology: true,
  cell: ['"D509"', '"80D413D"'],
  signal: [20, 99],
  operator: [0, 7],
  chatter: null,
  unknown: [],
  refused: {},
  fullNotice: '+SMS FULL',
  unknownCommand: { cme: 100 },
  literal: {},
};
