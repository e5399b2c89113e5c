/** The schema of an object that has all of these properties. */
export function jsonObject<const P extends Readonly<Record<string, unknown>>>(properties: P) {
  const all: readonly string[] = Object.keys(properties);
  // The type of the names is all that is derived from this list; how many there are does not matter to it.
  return { type: 'object', required: all as readonly [keyof P & string], properties } as const;
}

/** One that the document lists by name. */
export function named<const T extends string, const P extends Readonly<Record<string, unknown>>>(
  title: T,
  properties: P,
) {
  return { title, ...jsonObject(properties) } as const;
}
