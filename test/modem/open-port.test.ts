import { expect, test } from 'vitest';
import { openPort } from '../../src/modem/open-port.ts';

test.each(['imei:350141655512349', 'iccid:8944110012345678901'])(
  'a modem that is to be found by %s is refused with what to do instead',
  async (address) => {
    await expect(openPort(address)).rejects.toMatchObject({
      code: 'port.unsupported',
      hint: expect.stringContaining('sim2mqtt ports'),
    });
  },
);
