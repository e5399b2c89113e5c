/** Where a run of septets lies among octets: `skipBits` (0 to 7 of them fill bits) before the first. */
export interface SeptetRun {
  readonly skipBits: number;
  readonly count: number;
}

/** Bits between a header of `headerOctets` and the next septet boundary: TS 23.040 9.2.3.24. */
export function fillBits(headerOctets: number): number {
  return (7 - ((headerOctets * 8) % 7)) % 7;
}

/** Septet codes, one an element, lowest bits first (TS 23.038 6.1.2.1). Bits beyond the octets read as zero. */
export function unpackSeptets(octets: Uint8Array, run: SeptetRun): Uint8Array {
  const septets = new Uint8Array(run.count);
  let next = 0;
  let bits = 0;
  let held = 0;
  if (run.skipBits > 0) {
    bits = (octets[next++] ?? 0) >> run.skipBits;
    held = 8 - run.skipBits;
  }
  for (let i = 0; i < run.count; i++) {
    if (held < 7) {
      bits |= (octets[next++] ?? 0) << held;
      held += 8;
    }
    septets[i] = bits & 0x7f;
    bits >>= 7;
    held -= 7;
  }
  return septets;
}

/** Writes `septets` into `target` from `offset` on, after `skipBits` zero bits; returns the octets used. */
export function packSeptets(
  septets: Uint8Array,
  target: Uint8Array,
  place: { offset: number; skipBits: number },
): number {
  let next = place.offset;
  let bits = 0;
  let held = place.skipBits;
  for (const septet of septets) {
    bits |= septet << held;
    held += 7;
    if (held >= 8) {
      target[next++] = bits & 0xff;
      bits >>= 8;
      held -= 8;
    }
  }
  if (held > 0 && septets.length > 0) target[next++] = bits;
  return next - place.offset;
}
