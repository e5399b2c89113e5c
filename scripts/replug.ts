// The whole size of test/modem/discovery/replug.test.ts: node scripts/replug.ts [events] [modems] [seed]
import { runReplug } from '../test/modem/discovery/replug.ts';

const [events = 500, modems = 8, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const started = Date.now();
const result = await runReplug({ events, modems, seed, say: (line) => console.log(line) });
console.log({ seconds: Math.round((Date.now() - started) / 1000), events, modems, seed, ...result });
process.exit(result.faults.length === 0 ? 0 : 1);
