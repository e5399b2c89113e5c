import type { CallState } from './call-state.ts';
import type { ModemBody } from './modem-body.ts';
import type { Network } from './network.ts';

/** All that a command may look at and change. */
export interface ModemState extends ModemBody {
  readonly network: Network;
  readonly calls: CallState;
}
