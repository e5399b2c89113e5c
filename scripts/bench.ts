// npm run bench: what the gateway costs, each as a ratio to the floor that the serial line and the modem set. No verdicts.
import { benchModems } from './bench/modems.ts';
import { benchOtp } from './bench/otp.ts';
import { benchPdu } from './bench/pdu.ts';

const round = (value: number) => Number(value.toPrecision(4));

function print(title: string, facts: Record<string, number>): void {
  const columns = Object.entries(facts).map(([name, value]) => `${name} ${round(value)}`);
  console.log(`${title.padEnd(24)} ${columns.join('   ')}`);
}

print('PDU codec', { ...benchPdu() });
print('one-time codes', { ...benchOtp() });
await benchModems(print);
