import type { Presented } from './dialect.ts';

/** Whether a page of another site makes the browser ask: what the browser adds by itself, a cookie, must not count then. */
export function isForeign({ host, headers: { origin } }: Presented, publicUrl: string): boolean {
  return origin !== undefined && ![host, new URL(publicUrl).host].includes(hostOf(origin));
}

function hostOf(origin: string | string[]): string {
  return URL.parse(String(origin))?.host ?? '';
}
