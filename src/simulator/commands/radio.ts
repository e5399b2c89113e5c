import { fromSeptets, pack, toSeptets, unpack } from '../gsm-alphabet.ts';
import { location } from '../network.ts';
import { answer, cme, ok } from '../outcome.ts';
import { type Command, type CommandTable, numberOf, setting } from './command.ts';

function registration(name: '+CREG' | '+CGREG' | '+CEREG'): Command {
  return (modem, call) => {
    const reports = modem.settings.registrationReports;
    if (call.form === 'test') return answer(`${name}: (0-2)`);
    if (call.form === 'read') {
      const stat = modem.settings.fun === 1 ? modem.network.stat : 0;
      const where = reports[name] === 2 ? location(stat, modem.profile) : '';
      return answer(`${name === '+CEREG' ? modem.profile.lteName : name}: ${reports[name]},${stat}${where}`);
    }
    const mode = call.form === 'execute' ? 0 : numberOf(call.args[0]);
    if (mode === null || mode > 2) return cme(50);
    reports[name] = mode;
    return ok;
  };
}

const operator: Command = (modem, call) => {
  const { name, numeric } = modem.equipment.operator;
  if (call.form === 'test') return answer(`+COPS: (2,"${name}","${name}","${numeric}",7),,(0,1,2,3,4),(0,1,2)`);
  if (call.form === 'read') {
    if (!modem.network.registered) return answer('+COPS: 0');
    const format = modem.settings.operatorFormat;
    const [, technology] = modem.profile.operator;
    const told = technology === null ? '' : `,${technology}`;
    return answer(`+COPS: 0,${format},"${format === 2 ? numeric : name}"${told}`);
  }
  const mode = numberOf(call.args[0]);
  if (mode === null || mode > 4) return cme(50);
  if (mode === 3) modem.settings.operatorFormat = numberOf(call.args[1]) ?? 0;
  return ok;
};

const ussd: Command = (modem, call) => {
  if (call.form === 'test') return answer('+CUSD: (0,1,2)');
  if (call.form === 'read') return answer(`+CUSD: ${modem.settings.cusd}`);
  const mode = numberOf(call.args[0]) ?? 0;
  if (mode > 2) return cme(50);
  if (mode < 2) modem.settings.cusd = mode;
  const [, written] = call.args;
  if (mode === 2 || written === undefined || written === '') return ok;
  if (!modem.network.registered) return cme(30);
  const packed = modem.settings.packedUssd;
  if (packed && !/^(?:[0-9A-F]{2})+$/i.test(written)) return cme(304);
  const text = modem.network.ussd.get(packed ? unpackedText(written) : written);
  const line = text === undefined ? '+CUSD: 4' : `+CUSD: 0,"${packed ? packedHex(text) : text}",15`;
  return { ...ok, afterwards: () => modem.unsolicited(line) };
};

const ussdMode: Command = (modem, call) => {
  if (modem.profile.packedUssd !== 'until_told') return { lines: [], result: 'ERROR' };
  modem.settings.packedUssd = call.args[0] === '1';
  return ok;
};

/** A carriage return fills seven spare bits (TS 23.038 6.1.2.3.1). */
function packedHex(text: string): string {
  const septets = toSeptets(text);
  return Buffer.from(pack(septets.length % 8 === 7 ? [...septets, 0x0d] : septets))
    .toString('hex')
    .toUpperCase();
}

function unpackedText(hex: string): string {
  const octets = [...Buffer.from(hex, 'hex')];
  return fromSeptets(unpack(octets, Math.floor((octets.length * 8) / 7))).replace(/\r$/, '');
}

/** The commands about the network. */
export const radioCommands: CommandTable = {
  '+CREG': registration('+CREG'),
  '+CGREG': registration('+CGREG'),
  '+CEREG': registration('+CEREG'),
  '+COPS': operator,
  '+CSQ': (modem, call) =>
    call.form === 'test'
      ? answer('+CSQ: (0-31,99),(0-7,99)')
      : answer(`+CSQ: ${modem.network.rssi},${modem.profile.signal[1]}`),
  '+CUSD': ussd,
  '^USSDMODE': ussdMode,
  '+CGSMS': setting(
    '+CGSMS',
    [0, 1, 2, 3],
    (modem) => modem.settings.cgsms,
    (modem, value) => {
      modem.settings.cgsms = value;
    },
  ),
};
