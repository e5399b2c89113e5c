import type { ModemId } from '../domain/message.ts';
import type { Process } from '../modem/discovery/port-holders.ts';
import type { Examination } from '../modem/examination.ts';

/** What is known of one configured modem, however it was found out. */
export interface ModemFacts {
  readonly id: ModemId;
  /** As in the configuration. */
  readonly address: string;
  /** Where it is now; null where it is nowhere. */
  readonly path: string | null;
  /** Why it cannot be used: the code of an error, and its words. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly examination: Examination | null;
  /** It said so by itself. */
  readonly saysLowPower: boolean;
  /** The program that has its port. */
  readonly process: Process | null;
  /** A program that takes such ports and may have this one: what root has open only root sees. */
  readonly suspect: Process | null;
  /** Another port of its device, which answers. */
  readonly sibling: string | null;
  /** The group that owns its port. */
  readonly group: string | null;
  readonly number: string | null;
  /** A service centre is configured. */
  readonly hasServiceCentre: boolean;
  readonly isOffered: boolean;
  /** A PIN is configured, and it is known to be wrong. */
  readonly isPinWrong: boolean;
  readonly hasPin: boolean;
}
