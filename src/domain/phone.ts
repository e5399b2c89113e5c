const e164 = /^\+[1-9]\d{6,14}$/;

/** Whether it is a phone number as ITU-T E.164 writes it internationally: `+`, country code, number. */
export function isE164(text: string): boolean {
  return e164.test(text);
}

/** Digits that tell two subscribers of one country apart, whatever prefix they are written with. */
const significantDigits = 8;

/** The digits of an address as a comparable key: the last eight, so that `+44 7700 900123` meets `07700 900123`. */
export function subscriberKey(address: string): string {
  const digits = address.replace(/\D/g, '');
  return digits === '' ? address.toLowerCase() : digits.slice(-significantDigits);
}

/** Whether two addresses can be the same subscriber. */
export function sameSubscriber(one: string, other: string): boolean {
  return subscriberKey(one) === subscriberKey(other);
}
