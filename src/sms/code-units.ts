/** A string of the first `length` UTF-16 code units; lone surrogates survive. */
export function textOf(units: Uint16Array, length: number): string {
  return Buffer.from(units.buffer, units.byteOffset, length * 2).toString('utf16le');
}

/** UCS-2 octets, high first, as text: surrogate pairs as in UTF-16; a last odd octet is left out. */
export function decodeUcs2(octets: Uint8Array): string {
  const length = octets.length >> 1;
  const units = new Uint16Array(length);
  for (let i = 0; i < length; i++) units[i] = ((octets[i * 2] ?? 0) << 8) | (octets[i * 2 + 1] ?? 0);
  return textOf(units, length);
}

/** Writes each code unit of `text` as two octets, high first, into `target` from `offset` on. */
export function writeUcs2(text: string, target: Uint8Array, offset: number): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    target[offset + i * 2] = unit >> 8;
    target[offset + i * 2 + 1] = unit & 0xff;
  }
}
