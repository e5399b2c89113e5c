import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulatedFamily } from '../../src/simulator/profiles/families.ts';
import { variantIds } from '../../src/simulator/profiles/variant-ids.ts';
import { simulatedVariants } from '../../src/simulator/profiles/variants.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { ready, startRig, until } from '../modem/rig.ts';
import { type Exchange, exchangesOf, transcripts } from '../modem/transcript-file.ts';
import { connect } from './connect.ts';

interface Place extends SimulatorOptions {
  /** Said before. */
  readonly said?: readonly string[];
  /** Messages on the card. */
  readonly stored?: number;
  /** A command that the SIM is busy for. */
  readonly busy?: string;
}

/** What the card, the network and whoever asked were when it was recorded. */
const places: Readonly<Record<string, Place>> = {
  'sim800/recorded.txt': { operator: { name: 'SMART', numeric: '51503' }, smsc: '+639934444400' },
  'a76xx/recorded-a7670e-lnxy.txt': { registration: 11 },
  'quectel-ec2x/recorded.txt': { operator: { name: 'CHN-UNICOM', numeric: '46001' } },
  'huawei-e3372/recorded.txt': {
    ...{ operator: { name: 'UCOM', numeric: '28310' }, registration: 5, said: ['AT+CREG=2'], stored: 1 },
  },
  'huawei-e1xxx/recorded.txt': {
    ...{ operator: { name: 'Example', numeric: '310260' }, said: ['AT+CREG=2'], stored: 1 },
  },
  'zte/recorded-m6280.txt': { busy: 'AT+CSCA?' },
};

const deliver = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';

/** As on the wire, with echo off. */
function written({ reply }: Exchange): string {
  const isWhole = /^(?:ERROR|COMMAND NOT SUPPORT|\+CM[ES] ERROR: .*)$/.test(reply.at(-1) ?? '');
  const blocks = isWhole ? [reply.slice(0, -1), reply.slice(-1)] : [reply, ['OK']];
  return blocks.map((lines) => (lines.length === 0 ? '' : `\r\n${lines.join('\r\n')}\r\n`)).join('');
}

/** The modem of the family, or the one that the file is named after. */
function profileOf(file: string) {
  return simulatedFamily(/^recorded-(.*)\.txt$/.exec(basename(file))?.[1] ?? dirname(file));
}

describe.each(transcripts('*/recorded*.txt'))('the simulated modem answers as recorded in %s', (file) => {
  test('to every command', async () => {
    const { said = [], stored = 0, busy, ...options } = places[file] ?? {};
    const { simulator, client } = await connect({ profile: profileOf(file), imei: '861234567890123', ...options });
    for (const line of said) await client.say(line);
    for (let n = 0; n < stored; n += 1) simulator.injectPdu(deliver, 'SM', { notify: false });
    if (busy !== undefined) simulator.fault({ kind: 'error', cme: 14, command: busy, times: 'always' });
    for (const exchange of exchangesOf(file)) {
      const answer = await client.say(exchange.command);
      expect(`${exchange.command} ${answer}`).toBe(`${exchange.command} ${written(exchange)}`);
    }
  });
});

test('every other modem that is simulated was recorded', () => {
  const recorded = transcripts('*/recorded-*.txt').map((file) => /recorded-(.*)\.txt$/.exec(file)?.[1]);
  expect(simulatedVariants.map(({ id }) => id).sort()).toEqual(recorded.sort());
  expect([...variantIds].sort()).toEqual(recorded.sort());
});

describe.concurrent('the gateway', () => {
  test.for([
    ['ec200u', 'quectel-ec200'],
    ['e173', 'huawei-e1xxx'],
    ['k3715', 'huawei-e1xxx'],
    ['mf656', 'zte'],
    ['m6280', 'zte'],
    ['mc55i', 'cinterion'],
    ['sim5320e', 'generic'],
    ['mc7455', 'generic'],
  ] as const)('starts %s as one of %s', async ([id, family]) => {
    await using rig = await startRig({ simulator: { profile: simulatedFamily(id) } });
    await ready(rig);
    const told = rig.logged.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'modem ready');
    expect(told).toMatchObject({ profile: family });
  });

  test('says of the one that carries data only that it does', async () => {
    await using rig = await startRig({ simulator: { profile: simulatedFamily('a7670e-lnxy'), registration: 11 } });
    await until(() => rig.modem.state.phase === 'failed');
    expect(rig.modem.state.problem).toMatchObject({ code: 'modem.no_sms', hint: expect.stringContaining('data only') });
  });
});
