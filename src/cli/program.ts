import { Command, CommanderError, Option } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { modemFamilies } from '../domain/modem-family.ts';
import { variantIds } from '../simulator/profiles/variant-ids.ts';
import { addAccounts } from './account-commands.ts';
import { common, printing, wholeNumber } from './arguments.ts';
import type { CliContext } from './context.ts';
import { exitCodeOf, report } from './exit.ts';
import { firstSteps } from './first-steps.ts';
import type {
  BackupOptions,
  CommonOptions,
  DemoOptions,
  MessagesOptions,
  OtpOptions,
  PrintOptions,
  RestoreOptions,
  RunOptions,
  SendOptions,
} from './options.ts';
import type { SimulateOptions } from './simulate.ts';

/** Runs one command line (without `node` and the script) and gives its exit code; never rejects. */
export async function runProgram(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    report(error, context);
    return exitCodeOf(error);
  }
}

function createProgram(context: CliContext): Command {
  const program = new Command('sim2mqtt')
    .description(about.description)
    .version(about.version)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', firstSteps)
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr });
  addDaemon(program, context);
  addMessages(program, context);
  addInspection(program, context);
  addStore(program, context);
  addAccounts(program, context);
  return program;
}

/** Each command's module is loaded only when it runs: `--help` costs no database driver. */
function addDaemon(program: Command, context: CliContext): void {
  common(program.command('run'))
    .description('the daemon, in the foreground')
    .action(async (options: RunOptions) => (await import('./run.ts')).runCommand(options, context));
  printing(program.command('demo'))
    .description('the daemon on two simulated SIMs, with a broker of its own')
    .action(async (options: DemoOptions) => (await import('./demo.ts')).demoCommand(options, context));
  common(program.command('simulate'))
    .description('simulated modems on pseudo-terminals')
    .option('--modems <count>', 'how many', wholeNumber(1, 256), 1)
    .requiredOption('--link <folder>', 'where the links modem0, modem1, … go')
    .option('--latency <ms>', 'before each answer', wholeNumber(0, 60_000))
    .option('--baud <rate>', 'pace of the line', wholeNumber(300, 10_000_000))
    .option('--send-latency <ms>', 'what the network takes to accept a message', wholeNumber(0, 600_000))
    .addOption(
      new Option('--profile <modem>', 'what they are: one of each family, or another that was recorded')
        .choices([...modemFamilies, ...variantIds])
        .default('generic'),
    )
    .action(async (options: CommonOptions & SimulateOptions) =>
      (await import('./simulate.ts')).simulate(options, context.signal),
    );
}

function addMessages(program: Command, context: CliContext): void {
  printing(program.command('send'))
    .description('send a message through the running daemon')
    .requiredOption('--to <number>', 'E.164 number or short code')
    .requiredOption('--text <text>', 'what to say')
    .option('--modem <id>', 'which modem; absent: the gateway picks one')
    .action(async (options: SendOptions) => (await import('./send.ts')).sendCommand(options, context));
  printing(program.command('messages'))
    .description('list messages, the newest first')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 100_000), 50)
    .option('--modem <id>', 'of this modem only')
    .action(async (options: MessagesOptions) => (await import('./messages.ts')).messagesCommand(options, context));
}

function addInspection(program: Command, context: CliContext): void {
  printing(program.command('otp'))
    .description('try the one-time code rules on a text')
    .option('--text <text>', 'the message')
    .option('--from <sender>', 'its sender')
    .option('--explain', 'say what was masked, what was considered and why the winner won')
    .option('--jsonl', 'lines of {id, from, body} on stdin to lines of {id, code, rule, confidence} on stdout')
    .action(async (options: OtpOptions) => (await import('./otp.ts')).otpCommand(options, context));
  printing(program.command('ports'))
    .description('candidate serial ports')
    .action(async (options: PrintOptions) => (await import('./ports.ts')).portsCommand(options, context));
  printing(program.command('doctor'))
    .description(
      'say what is wrong, the cause first, and how to mend it; a running daemon is asked, and no port of its own is opened',
    )
    .action(async (options: PrintOptions) => (await import('./doctor.ts')).doctorCommand(options, context));
  const config = program.command('config').description('the configuration');
  printing(config.command('check'))
    .description('say whether it is right, and every fault of it')
    .action(async (options: PrintOptions) => (await import('./config-check.ts')).configCheckCommand(options, context));
  common(config.command('schema'))
    .description('print the JSON Schema of the file')
    .action(async (options: CommonOptions) =>
      (await import('./config-schema.ts')).configSchemaCommand(options, context),
    );
}

function addStore(program: Command, context: CliContext): void {
  printing(program.command('backup'))
    .description('copy the database, also of a running daemon, to FILE, check the copy, and put its key beside it')
    .argument('<file>')
    .action(async (file: string, options: Omit<BackupOptions, 'file'>) =>
      (await import('./backup.ts')).backupCommand({ ...options, file }, context),
    );
  printing(program.command('restore'))
    .description('put a backup in the place of the database, which is kept beside it; the daemon must be stopped')
    .argument('<file>')
    .action(async (file: string, options: Omit<RestoreOptions, 'file'>) =>
      (await import('./restore.ts')).restoreCommand({ ...options, file }, context),
    );
}
