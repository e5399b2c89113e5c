import { findingTable, type Severity } from './finding-table.ts';

export type FindingCode = keyof typeof findingTable;

/** Something that is wrong, as data. Carries no phone number, text or secret. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** `modem m1`, `/dev/ttyUSB2`, `broker`, … */
  readonly subject: string;
  readonly message: string;
  /** One line. */
  readonly remedy: string;
}

export type FindingDetails = Partial<Pick<Finding, 'severity' | 'remedy'>>;

export function finding(code: FindingCode, subject: string, message: string, details: FindingDetails = {}): Finding {
  const { severity, remedy } = findingTable[code];
  return { code, severity, subject, message, remedy, ...details };
}

const order = Object.keys(findingTable);
const severities: readonly Severity[] = ['error', 'warning', 'advice'];

/** Faults before warnings and advice, causes before what they cause; each once. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return [...findings]
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        order.indexOf(a.code) - order.indexOf(b.code),
    )
    .filter(({ code, subject }) => !seen.has(`${code} ${subject}`) && seen.add(`${code} ${subject}`));
}
