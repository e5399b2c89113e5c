/** What a status report says of the message: arrived, still tried by the service centre, or given up. */
export type DeliveryOutcome = 'delivered' | 'pending' | 'failed';

/**
 * TP-ST, 0 to 255: TS 23.040 9.2.3.15. Its reserved values are to be read as "service rejected", a failure;
 * those left to each service centre count as their group.
 */
export function classifyStatus(status: number): DeliveryOutcome {
  if (status <= 0x02 || (status >= 0x10 && status <= 0x1f)) return 'delivered';
  if ((status >= 0x20 && status <= 0x25) || (status >= 0x30 && status <= 0x3f)) return 'pending';
  return 'failed';
}
