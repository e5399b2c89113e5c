import { expect, test } from 'vitest';
import { offerNumbers } from '../../src/compose/start-modems.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/log.ts';
import { forgetfulSims } from '../../src/modem/sim-memory.ts';
import { MemoryOfPins, until } from '../modem/rig.ts';
import { play } from '../modem/scene.ts';
import type { Reply } from '../modem/scripted-modem.ts';
import { openStage } from '../numbers/stage.ts';

const log = createLogger({ write: () => undefined });
const env = {
  SIM2MQTT__MQTT__URL: 'mqtt://127.0.0.1',
  SIM2MQTT__MODEMS__0__ID: 'm1',
  SIM2MQTT__MODEMS__0__PORT: '/dev/modem',
  SIM2MQTT__MODEMS__0__NUMBER: '+14165551230',
  SIM2MQTT__MODEMS__0__OFFER: 'lease',
};

test.each<[string, Reply, string | null]>([
  ['is not on offer while another SIM is in the modem', ['OK'], null],
  ['gives way to the number that another SIM tells', ['+CNUM: ,"+14165551239",145', 'OK'], '+14165551239'],
])('a configured number %s', async (_what, told, own) => {
  const { numbers } = openStage();
  const config = loadConfig({ env, hostName: 'pi' });
  const offered = () => numbers.available().map(({ e164, modem }) => `${e164} ${modem}`);
  const sims = forgetfulSims();
  for (const answers of [{}, { 'AT+CCID': ['8901260000000000002', 'OK'], 'AT+CNUM': told }]) {
    const scene = play(answers, { number: '+14165551230' }, new MemoryOfPins(), sims);
    offerNumbers({ config, numbers, modems: new Map([['m1', scene.modem]]), log });
    expect(offered()).toEqual(['+14165551230 m1']);
    await until(() => scene.modem.state.phase === 'ready', 'a modem that is ready');
    offerNumbers({ config, numbers, modems: new Map([['m1', scene.modem]]), log });
    await scene.stop();
  }
  expect(offered()).toEqual(own === null ? [] : [`${own} m1`]);
});
