import { expect, it } from 'vitest';
import { serialPortError } from '../../src/modem/serial-port-error.ts';

it.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB2', 'port.missing', /plugged in/],
  ['Error: No such device or address, cannot open /dev/ttyUSB2', 'port.missing', /plugged in/],
  ['Error: Permission denied, cannot open /dev/ttyUSB2', 'port.permission', /dialout/],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB2', 'port.busy', /ModemManager/],
  ['Error Resource temporarily unavailable Cannot lock port', 'port.busy', /ModemManager/],
])('reads "%s" as %s and says what to do', (said, code, hint) => {
  expect(serialPortError(new Error(said))).toMatchObject({ code, hint: expect.stringMatching(hint) });
});

it('keeps the words of any other fault', () => {
  const error = serialPortError(new Error('Error: Inappropriate ioctl for device setting custom baud rate of 115200'));
  expect(error).toMatchObject({ code: 'port.failed', message: expect.stringContaining('Inappropriate ioctl') });
});
