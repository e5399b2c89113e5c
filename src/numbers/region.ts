import { createRequire } from 'node:module';
import type { parsePhoneNumberFromString } from 'libphonenumber-js/min';

interface PhoneNumbers {
  readonly parsePhoneNumberFromString: typeof parsePhoneNumberFromString;
}

let loaded: PhoneNumbers | undefined;

/** Loaded at first use: a gateway whose numbers are all known already starts without it. */
function phoneNumbers(): PhoneNumbers {
  loaded ??= createRequire(import.meta.url)('libphonenumber-js/min') as PhoneNumbers;
  return loaded;
}

/** Where a number may be from, the likeliest first: ISO 3166-1 alpha-2. Empty where it does not tell. */
export function countriesOf(e164: string): readonly string[] {
  const number = phoneNumbers().parsePhoneNumberFromString(e164);
  if (number === undefined) return [];
  const possible = number.getPossibleCountries();
  return number.country === undefined ? possible : [number.country, ...possible];
}
