import { expect, test } from 'vitest';
import { openPort } from '../../src/modem/open-port.ts';
import { openPtyLine } from '../../src/simulator/pty-line.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { Clinic } from './clinic.ts';

/** A modem at 9600 baud behind a bridge. */
async function clinic(finished: ConstructorParameters<typeof Clinic>[0], more: object) {
  const sick = new Clinic(finished);
  const mute = await openPtyLine(() => undefined);
  finished(() => mute.close());
  const line = `${sick.folder}/line`;
  const simulator = await startSimulator({ link: line });
  finished(() => simulator.close());
  sick.machine.plug({ position: '1-1', ids: '1a86:7523', interfaces: [{ number: '00', endpoints: 3, tty: line }] });
  sick.modems.push({ id: 'm1', port: '/dev/serial/by-path/usb-0:1:1.0-port0', offer: 'private', ...more });
  sick.parts = {
    openPort: (path, options) => openPort(options.baudRate === 9_600 ? path : mute.path, options),
  };
  return sick;
}

test('a modem that is spoken to at the wrong rate is told apart from a mute one, with the right rate', async ({
  onTestFinished,
}) => {
  const { findings } = await (await clinic(onTestFinished, {})).examine();
  const { code, message, remedy } = findings[0] ?? {};
  expect([code, message, remedy]).toEqual([
    'port.baud',
    'It answers at 9600 baud: set baud: 9600',
    'Set baud of the modem to the rate at which it answers.',
  ]);
});

test('a modem is examined at its configured rate', async ({ onTestFinished }) => {
  expect(await (await clinic(onTestFinished, { baud: 9_600 })).codes()).toEqual([]);
});
