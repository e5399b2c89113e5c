/** A SIM with its PIN lock (TS 27.007 8.3, 8.65). */
export interface SimCard {
  inserted: boolean;
  iccid: string;
  imsi: string;
  /** Empty: no PIN is asked. */
  pin: string;
  readonly puk: string;
  pinTries: number;
  pukTries: number;
  /** The PIN was given since the last power-up. */
  open: boolean;
  /** Until then the card answers `SIM busy`; monotonic milliseconds. */
  busyUntil: number;
}

export const pinTriesOfNewCard = 3;

export function createSimCard(card: { iccid: string; imsi: string; pin: string }): SimCard {
  return {
    ...card,
    inserted: true,
    puk: '12345678',
    pinTries: pinTriesOfNewCard,
    pukTries: 10,
    open: card.pin === '',
    busyUntil: 0,
  };
}

/** The code `+CPIN?` answers with, or the +CME ERROR in its place. */
export function pinState(card: SimCard, now: number): 'READY' | 'SIM PIN' | 'SIM PUK' | { readonly cme: number } {
  if (!card.inserted) return { cme: 10 };
  if (now < card.busyUntil) return { cme: 14 };
  if (card.open) return 'READY';
  return card.pinTries > 0 ? 'SIM PIN' : 'SIM PUK';
}

/** Why the card cannot be used: as +CME and as +CMS ERROR; null where it can. */
export function cardRefusal(card: SimCard, now: number): { readonly cme: number; readonly cms: number } | null {
  const state = pinState(card, now);
  if (state === 'READY') return null;
  if (state === 'SIM PIN') return { cme: 11, cms: 311 };
  if (state === 'SIM PUK') return { cme: 12, cms: 316 };
  return state.cme === 10 ? { cme: 10, cms: 310 } : { cme: 14, cms: 314 };
}

/** `AT+CPIN=<code>[,<new pin>]`. Null when it was right, else the +CME ERROR. */
export function enterPin(card: SimCard, code: string, newPin: string | undefined): number | null {
  if (!card.inserted) return 10;
  if (card.open) return 3;
  if (card.pinTries > 0) {
    if (code === card.pin) {
      card.pinTries = pinTriesOfNewCard;
      card.open = true;
      return null;
    }
    card.pinTries -= 1;
    return card.pinTries > 0 ? 16 : 12;
  }
  if (card.pukTries > 0 && code === card.puk && newPin !== undefined) {
    card.pin = newPin;
    card.pinTries = pinTriesOfNewCard;
    card.pukTries = 10;
    card.open = true;
    return null;
  }
  card.pukTries = Math.max(0, card.pukTries - 1);
  return card.pukTries > 0 ? 16 : 13;
}
