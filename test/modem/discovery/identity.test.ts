import { expect, test } from 'vitest';
import { isSameIccid, isSameImei } from '../../../src/modem/discovery/identity.ts';

test.each([
  ['350141655512349', '350141655512349', true],
  ['350141655512349', '3501416555123401', true],
  ['350141655512349', '350141655512359', false],
  ['350141655512349', '', false],
])('the IMEI %s and %s: %s', (one, other, same) => {
  expect(isSameImei(one, other)).toBe(same);
});

test.each([
  ['8901260000000000011', '8901260000000000011', true],
  ['8901260000000000011', '89012600000000000114', true],
  ['8901260000000000011F', '8901260000000000011', true],
  ['8901260000000000011', '8901260000000000022', false],
  ['8901260000000000011', '89', false],
])('the ICCID %s and %s: %s', (one, other, same) => {
  expect(isSameIccid(one, other)).toBe(same);
});
