import { expect, it } from 'vitest';
import { dataFolder } from '../../src/config/data-folder.ts';

it.each([
  ['the option', '/srv/sms', { STATE_DIRECTORY: '/var/lib/sim2mqtt' }, '/srv/sms'],
  ['what systemd gives', undefined, { STATE_DIRECTORY: '/var/lib/sim2mqtt', HOME: '/home/pi' }, '/var/lib/sim2mqtt'],
  ['the first that systemd gives', undefined, { STATE_DIRECTORY: '/var/lib/a:/var/lib/b' }, '/var/lib/a'],
  ['the state folder of the user', undefined, { XDG_STATE_HOME: '/s', HOME: '/home/pi' }, '/s/sim2mqtt'],
  ['the usual place in the home folder', undefined, { HOME: '/home/pi' }, '/home/pi/.local/state/sim2mqtt'],
])('the data folder is %s', (_name, option, env, expected) => {
  expect(dataFolder(option, env)).toBe(expected);
});
