// Records what a modem answers, made anonymous, as a transcript for the tests: see scripts/record-modem --help.
import { join } from 'node:path';
import { exitCodeOf, report } from '../../src/cli/exit.ts';
import { GatewayError } from '../../src/errors.ts';
import { openPort } from '../../src/modem/open-port.ts';
import { refuseHeldPort } from './held-port.ts';
import { nextSteps } from './next-steps.ts';
import { help, type RecordOptions, readOptions } from './options.ts';
import { record } from './recording.ts';
import { transcriptOf, writeTranscript } from './transcript-file.ts';

const stop = new AbortController();
const stopped = () => stop.abort(new GatewayError('command.interrupted', 'stopped by the user'));
// A second one ends it at once, with the settings as they are.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopped);

const say = (text: string) => void process.stderr.write(`${text}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(help);
  else process.exitCode = await run(options);
} catch (error) {
  report(error, { stderr: (text) => process.stderr.write(text), env: process.env });
  process.exitCode = exitCodeOf(error);
}

async function run(options: RecordOptions): Promise<number> {
  await refuseHeldPort(options.port);
  const port = await openPort(options.port, { baudRate: options.baudRate });
  const recording = await record(port, { ...options, signal: stop.signal, say });
  const family = options.family ?? recording.shown ?? 'generic';
  const transcript = await transcriptOf(recording, family);
  const path = await writeTranscript(transcript, join(options.out, family));
  process.stdout.write(transcript.text);
  say(`\n${nextSteps(transcript, recording, { path, family })}`);
  return recording.brokenOff === null ? 0 : 1;
}
