import type { AtCommand } from '../../at/command.ts';
import type { EpochMs } from '../../clock.ts';
import { query } from './reply.ts';

/** TS 27.007 8.4, with the voltage that most modules add: in millivolts; null where it is not told. */
export const supplyVoltage: AtCommand<number | null> = query('AT+CBC', '+CBC:', (line) => {
  const volts = /(?:^|[^\d.])(\d\.\d{1,3})\s*V\b/i.exec(line)?.[1];
  if (volts !== undefined) return Math.round(Number(volts) * 1000);
  const millivolts = /[:,]\s*(\d{4})\s*$/.exec(line)?.[1];
  return millivolts === undefined ? null : Number(millivolts);
});

/** TS 27.007 8.15, the zone in quarters of an hour. Null before the network has told the time: modules start in 1970, 1980 or 2004. */
export const networkTime: AtCommand<EpochMs | null> = query('AT+CCLK?', '+CCLK:', (line) => {
  const parts = /"?(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?"?\s*$/.exec(line);
  if (parts === null) return null;
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0, quarters = 0] = parts.slice(1).map(Number);
  if (year < firstCredibleYear || year >= modulesEpoch || parts[7] === undefined) return null;
  return Date.UTC(2000 + year, month - 1, day, hours, minutes, seconds) - quarters * 900_000;
});

/** Two digits, of this century. */
const firstCredibleYear = 24;
const modulesEpoch = 70;
