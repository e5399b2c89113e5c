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
