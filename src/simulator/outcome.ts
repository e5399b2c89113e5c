import type { Ms } from '../clock.ts';

/** The final result of a command line. */
export type Result =
  | 'OK'
  | 'ERROR'
  | 'NO CARRIER'
  | 'COMMAND NOT SUPPORT'
  /** Left out. */
  | 'none'
  | { readonly cme: number }
  | { readonly cms: number }
  | { readonly text: string };

export interface Reply {
  readonly lines: readonly string[];
  readonly result: Result;
  /** Once the reply is out. */
  readonly afterwards?: () => void;
}

/** What a command comes to: an answer, a prompt that waits for a PDU, an answer that takes time, or none ever. */
export type Outcome =
  | Reply
  | { readonly prompt: (payload: string) => Outcome }
  | { readonly wait: Ms; readonly ends: () => Outcome }
  | 'silence';

export const ok: Reply = { lines: [], result: 'OK' };

export function answer(...lines: readonly string[]): Reply {
  return { lines, result: 'OK' };
}

export function cme(code: number): Reply {
  return { lines: [], result: { cme: code } };
}

export function cms(code: number): Reply {
  return { lines: [], result: { cms: code } };
}

/** With +CMEE=2; a modem prints the number of those it has no text for. */
const cmeTexts: Readonly<Record<number, string>> = {
  3: 'operation not allowed',
  4: 'operation not supported',
  10: 'SIM not inserted',
  11: 'SIM PIN required',
  12: 'SIM PUK required',
  13: 'SIM failure',
  14: 'SIM busy',
  16: 'incorrect password',
  30: 'no network service',
  50: 'incorrect parameters',
  100: 'unknown',
};

const cmsTexts: Readonly<Record<number, string>> = {
  38: 'network out of order',
  301: 'SMS service of ME reserved',
  302: 'operation not allowed',
  303: 'operation not supported',
  304: 'invalid PDU mode parameter',
  310: 'SIM not inserted',
  311: 'SIM PIN required',
  314: 'SIM busy',
  316: 'SIM PUK required',
  320: 'memory failure',
  321: 'invalid memory index',
  322: 'memory full',
  330: 'SMSC address unknown',
  331: 'no network service',
  332: 'network timeout',
  340: 'no +CNMA acknowledgement expected',
  500: 'unknown error',
};

const numeric: Readonly<Record<string, string>> = {
  OK: '0',
  'NO CARRIER': '3',
  ERROR: '4',
  'COMMAND NOT SUPPORT': '4',
};

/** The result as it goes over the line; `+CMS ERROR` does not depend on +CMEE but for its wording (TS 27.005 3.2.5). */
export function resultLine(result: Result, settings: { readonly cmee: 0 | 1 | 2; readonly verbose: boolean }): string {
  const text = wording(result, settings.cmee);
  const short = settings.verbose ? undefined : numeric[text];
  return short === undefined ? `\r\n${text}\r\n` : `${short}\r`;
}

function wording(result: Result, cmee: 0 | 1 | 2): string {
  if (typeof result === 'string') return result;
  if ('text' in result) return result.text;
  const text = cmee === 2;
  if ('cms' in result) return `+CMS ERROR: ${(text && cmsTexts[result.cms]) || result.cms}`;
  if (cmee === 0) return 'ERROR';
  return `+CME ERROR: ${(text && cmeTexts[result.cme]) || result.cme}`;
}
