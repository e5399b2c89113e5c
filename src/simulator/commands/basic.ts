import { answer, cme, ok } from '../outcome.ts';
import { settingsAfterReset } from '../settings.ts';
import { type Command, type CommandTable, numberOf, setting } from './command.ts';

const accepted: Command = () => ok;

const reset: Command = (modem) => {
  const { storages, storagesTold, fun } = modem.settings;
  modem.settings = { ...settingsAfterReset(modem.profile), storages, storagesTold, fun };
  return ok;
};

const hangUp: Command = (modem) => {
  modem.calls.end(false);
  return ok;
};

const functionality: Command = (modem, call) => {
  if (call.form === 'test') return answer('+CFUN: (0,1,4),(0,1)');
  if (call.form === 'read') return answer(`+CFUN: ${modem.settings.fun}`);
  const fun = numberOf(call.args[0]);
  if (fun === null || ![0, 1, 4].includes(fun)) return cme(50);
  if (call.args[1] === '1') return { ...ok, afterwards: () => modem.reboot(200, 0) };
  const changed = modem.settings.fun !== fun;
  modem.settings.fun = fun;
  if (!changed) return ok;
  return {
    ...ok,
    afterwards: () => {
      modem.network.announce(fun === 1 ? modem.network.stat : 0);
      modem.network.retry();
    },
  };
};

/** ITU-T V.250, and the commands about the modem itself. */
export const basicCommands: CommandTable = {
  '': accepted,
  E: (modem, call) => {
    modem.settings.echo = call.args[0] === '1';
    return ok;
  },
  V: (modem, call) => {
    modem.settings.verbose = call.args[0] === '1';
    return ok;
  },
  Q: (modem, call) => {
    modem.settings.quiet = call.args[0] === '1';
    return ok;
  },
  Z: reset,
  '&F': reset,
  '&W': accepted,
  '&C': accepted,
  '&D': accepted,
  X: accepted,
  S: accepted,
  I: (modem) => answer(...modem.profile.information.map((line) => line.replace('{imei}', modem.equipment.imei))),
  H: hangUp,
  '+CHUP': hangUp,
  '+CGMI': (modem) => answer(modem.profile.manufacturer),
  '+GMI': (modem) => answer(modem.profile.manufacturer),
  '+CGMM': (modem) => answer(modem.profile.model),
  '+GMM': (modem) => answer(modem.profile.model),
  '+CGMR': (modem) => answer(modem.profile.revision),
  '+GMR': (modem) => answer(modem.profile.revision),
  '+CGSN': (modem, call) => (call.form === 'test' ? ok : answer(modem.equipment.imei)),
  '+GSN': (modem) => answer(modem.equipment.imei),
  '+CMEE': setting(
    '+CMEE',
    [0, 1, 2],
    (modem) => modem.settings.cmee,
    (modem, value) => {
      modem.settings.cmee = value === 2 ? 2 : value === 1 ? 1 : 0;
    },
  ),
  '+CFUN': functionality,
  '+CBC': () => answer('+CBC: 0,100,4213'),
  '+CLIP': setting(
    '+CLIP',
    [0, 1],
    (modem) => modem.settings.clip,
    (modem, value) => {
      modem.settings.clip = value;
    },
  ),
  '+CRC': setting(
    '+CRC',
    [0, 1],
    (modem) => modem.settings.crc,
    (modem, value) => {
      modem.settings.crc = value;
    },
  ),
  '+CSCS': (modem, call) => {
    if (call.form === 'test') return answer(`+CSCS: (${modem.profile.cscs.map((name) => `"${name}"`).join(',')})`);
    if (call.form === 'read') return answer(`+CSCS: "${modem.settings.cscs}"`);
    const [name = ''] = call.args;
    if (!modem.profile.cscs.includes(name)) return cme(50);
    modem.settings.cscs = name;
    return ok;
  },
};
