/** Why a dialogue is over (TS 27.007 7.15, <m> = 2 to 5). */
export const ussdEnds = ['by_network', 'other_client', 'not_supported', 'timeout'] as const;
export type UssdEnd = (typeof ussdEnds)[number];

/** What the network said. */
export interface UssdAnswer {
  /** Empty where it said nothing: `ended` then tells why. */
  readonly text: string;
  /** Whether the network waits for an answer (<m> = 1). */
  readonly replyExpected: boolean;
  /** Absent where the network needs no answer (<m> = 0) or waits for one. */
  readonly ended?: UssdEnd;
}
