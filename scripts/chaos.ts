// The whole size of test/end-to-end/chaos.test.ts: node scripts/chaos.ts [messages] [kills] [broker stops]
import { runChaos } from '../test/end-to-end/chaos.ts';

const [messages = 1000, kills = 50, brokerStops = 5] = process.argv.slice(2).map(Number);
const started = Date.now();
const result = await runChaos({
  messages,
  modems: 4,
  kills,
  brokerStops,
  sends: 100,
  say: (line) => console.log(line),
});
console.log({ seconds: Math.round((Date.now() - started) / 1000), messages, kills, brokerStops, ...result });
const faults = [result.lost, result.doubled, result.disordered, result.sentTwice, result.unsettled].flat();
process.exit(faults.length === 0 && result.stored === messages ? 0 : 1);
