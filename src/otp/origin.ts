/** A code bound to the site it is for: the last line `@host #code` of the WICG format for SMS one-time codes. */
export interface BoundCode {
  readonly host: string;
  readonly code: string;
}

const lastLine = /(?:^|\n)@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}) #([^\s#@]{1,40})(?: @[a-z0-9.-]{1,253})? ?\n?$/i;

/** Returns the origin-bound code of a normalised text, if its last line carries one. */
export function readBoundCode(text: string): BoundCode | undefined {
  const [, host, code] = lastLine.exec(text.slice(text.lastIndexOf('\n@') + 1)) ?? [];
  return host === undefined || code === undefined ? undefined : { host: host.toLowerCase(), code };
}

const retrieverHash = /(?:^|[\s])([A-Za-z0-9+/]{11})\s?$/;

/** Where the 11-character app hash of the SMS Retriever format starts, at the end of the text; its length if none. */
export function hashStart(text: string): number {
  const from = Math.max(0, text.length - 13);
  const found = retrieverHash.exec(text.slice(from));
  const hash = found?.[1] ?? '';
  const mixed = /[a-z]/.test(hash) && /[A-Z]/.test(hash);
  return found !== null && (mixed || /^<#>|^\[#\]/.test(text)) && /[A-Z0-9+/]/.test(hash)
    ? from + found.index
    : text.length;
}
