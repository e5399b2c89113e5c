import { GatewayError } from '../errors.ts';

const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found: the name server does not answer',
  ECONNRESET: 'connection closed before an answer',
  EPIPE: 'connection closed before an answer',
  ETIMEDOUT: 'no connection: the host does not answer',
  EHOSTUNREACH: 'no connection: the host cannot be reached',
  ENETUNREACH: 'no connection: the network cannot be reached',
  EADDRNOTAVAIL: 'no connection: the address cannot be reached',
  EPROTO: 'no TLS: the endpoint speaks something else there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS: the endpoint speaks something else there',
  HPE_HEADER_OVERFLOW: 'the headers of the answer are too long',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate of an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate of an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate of an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate of another host',
};

/** Why there was no answer, in one line for the endpoint's owner. */
export function explain(error: unknown): string {
  if (error instanceof GatewayError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = texts[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return 'not an HTTP answer';
  if (/CERT|CRL/.test(code)) return `certificate not accepted (${code})`;
  return code === '' ? 'the request failed' : `the request failed (${code})`;
}

const longestPlace = 200;

/** What an answer other than 2xx means; null for 2xx. A redirect could lead to where the URL itself may not. */
export function explainStatus(status: number, location: string | undefined): string | null {
  if (status >= 200 && status < 300) return null;
  if (status < 300 || status >= 400 || location === undefined) return `answered ${status}`;
  const place = location.replace(/[^\x20-\x7e]/g, '?').slice(0, longestPlace);
  return `redirected to ${place}: redirects are not followed`;
}
