// npm run bench [-- codec|modems|api|waits]: what the gateway costs, as ratios to the floor that the serial line and the modem set. No verdicts.
import { benchApi } from './bench/api.ts';
import { benchModems } from './bench/modems.ts';
import { benchOtp } from './bench/otp.ts';
import { benchPdu } from './bench/pdu.ts';
import { benchWaits } from './bench/waits.ts';

const round = (value: number) => Number(value.toPrecision(4));

function print(title: string, facts: Record<string, number>): void {
  const columns = Object.entries(facts).map(([name, value]) => `${name} ${round(value)}`);
  console.log(`${title.padEnd(24)} ${columns.join('   ')}`);
}

const [part] = process.argv.slice(2);
if (part === undefined || part === 'codec') {
  print('PDU codec', { ...benchPdu() });
  print('one-time codes', { ...benchOtp() });
}
if (part === undefined || part === 'modems') await benchModems(print);
if (part === undefined || part === 'api') await benchApi(print);
if (part === undefined || part === 'waits') await benchWaits(print);
