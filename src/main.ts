import { report } from './cli/exit.ts';
import { runProgram } from './cli/program.ts';

const stdout = (text: string) => void process.stdout.write(text);
const stderr = (text: string) => void process.stderr.write(text);
const [, , ...args] = process.argv;

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // Asked twice: the operator does not want to wait.
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
}

process.on('uncaughtException', (error) => {
  report(error, { stderr, env: process.env });
  process.exit(1);
});
// Whoever read our output has gone. The daemon goes on without a log; any other command has nobody left to work for.
process.stdout.on('error', () => args[0] !== 'run' && stop.abort());
process.stderr.on('error', () => undefined);

process.exit(await runProgram(args, { stdout, stderr, stdin: process.stdin, env: process.env, signal: stop.signal }));
