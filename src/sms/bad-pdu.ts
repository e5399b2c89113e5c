import { GatewayError } from '../errors.ts';

/** `sms.bad_pdu`. `field` is a TP- name in lower case, `offset` the octet in the whole PDU; never any content. */
export function badPdu(field: string, offset: number, why: string): GatewayError {
  return new GatewayError('sms.bad_pdu', `not a PDU: ${why} (${field}, octet ${offset})`, {
    details: { field, offset },
  });
}
