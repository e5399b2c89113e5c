import { describe, expect, it } from 'vitest';
import { classifyStatus } from '../../src/sms/sms.ts';

describe('classifyStatus', () => {
  it.each([
    ['delivered', [0x00, 0x01, 0x02, 0x10, 0x1f]],
    ['pending', [0x20, 0x25, 0x30, 0x3f]],
    ['failed', [0x40, 0x41, 0x46, 0x49, 0x50, 0x5f, 0x60, 0x65, 0x70, 0x7f]],
    ['failed', [0x03, 0x0f, 0x26, 0x2f, 0x4a, 0x6f, 0x80, 0xab, 0xff]],
  ] as const)('reads %s of its values, the reserved ones as failed', (outcome, values) => {
    expect(values.map(classifyStatus)).toEqual(values.map(() => outcome));
  });
});
