/** What a word of a language says about the numbers near it. */
export type WordKind =
  /** Names a one-time code by itself: `verification code`, `OTP`. */
  | 'otp'
  /** Names a one-time code, or the number of what is settled already: `confirmation number`, `approval code`. */
  | 'receipt'
  /** Names some secret: `code`, `password`. */
  | 'code'
  /** Makes a `code` a one-time code: `login`, `confirm`. */
  | 'qualifier'
  /** Tells the reader to type the value: `enter`. */
  | 'action'
  /** Where a value is typed: `screen`, `box`. */
  | 'field'
  /** May stand between a word and its value without loosening the tie: `is`, `your`. */
  | 'link'
  /** A common word that says nothing of numbers: it tells the language, and is no stranger. */
  | 'filler'
  /** Speaks of a code that lives for minutes, or that the reader did not ask for: `expires`. */
  | 'term'
  /** Makes a `code` something else: `promo`, `exam`, `PUK`. */
  | 'topic'
  /** What the reader is about: `order`, `appointment`. A code of its own is none of ours, but one may be typed to get on with it. */
  | 'errand'
  /** A thing with a lock or a network: even an `access code` of its sentence is none of ours: `door`, `wifi`. */
  | 'place'
  /** Makes the `code` right after it a former one: `previous`. */
  | 'former'
  /** Says that a payment or booking is settled: `was approved`. Its numbers are references. */
  | 'done'
  /** The number right after it is something else: `order`, `call`. */
  | 'label'
  /** The bare word for a number. What it names is in the words before it: `enter the number`, `order number`. */
  | 'number'
  /** The number right before it is something else: `street`. */
  | 'trailer'
  /** The number right before it is a quantity: `minutes`. */
  | 'unit'
  /** The number on either side is an amount. */
  | 'currency'
  /** The number on either side is a day or a year. */
  | 'month'
  /** Turns its sentence into a warning: `never`. */
  | 'warn'
  /** Says that a code is dead: `has expired`. */
  | 'expired';

export interface PackExample {
  readonly text: string;
  readonly code: string;
}

/**
 * The words of one language, by kind. `word*` stands for the word with any ending, `*word` for any word that ends in
 * it. Words are kept as `normalise` leaves them; case and accents do not matter. The examples are the proof: the tests and `sim2mqtt otp` run them.
 */
export interface LanguagePack extends Readonly<Partial<Record<WordKind, readonly string[]>>> {
  /** ISO 639-1 where there is one; `common` for words of every language. */
  readonly language: string;
  /** Letters that it writes and most others do not, in both cases. */
  readonly letters?: string;
  readonly examples: {
    readonly match: readonly PackExample[];
    readonly no_match: readonly { readonly text: string }[];
  };
}

export const wordKinds: readonly WordKind[] = [
  'otp',
  'receipt',
  'code',
  'qualifier',
  'action',
  'field',
  'link',
  'filler',
  'term',
  'topic',
  'errand',
  'place',
  'former',
  'done',
  'label',
  'number',
  'trailer',
  'unit',
  'currency',
  'month',
  'warn',
  'expired',
];
