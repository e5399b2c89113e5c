import type { CliContext } from '../../src/cli/context.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Ended } from './command-line.ts';

export interface RecordedContext extends CliContext {
  readonly written: string[];
  readonly complained: string[];
}

/** The outside world of a command in this process: nothing on stdin, what it writes kept. */
export function recordedContext(env: Record<string, string> = {}, input = ''): RecordedContext {
  const written: string[] = [];
  const complained: string[] = [];
  async function* stdin() {
    yield input;
  }
  return {
    written,
    complained,
    stdin: stdin(),
    stdout: (text) => void written.push(text),
    stderr: (text) => void complained.push(text),
    env,
    signal: new AbortController().signal,
  };
}

/** A command line in this process: quicker than a process of its own. */
export async function runHere(args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ended> {
  const context = recordedContext(env, input);
  const code = await runProgram(args, context);
  return { code, stdout: context.written.join(''), stderr: context.complained.join('') };
}
