import { type Command, Option } from 'commander';
import { phoneNumber, printing, shortText, wholeNumber } from './arguments.ts';
import type { CliContext } from './context.ts';
import type { AccountOptions, AuditOptions, KeyOptions, PrintOptions, TokenOptions } from './options.ts';

/** For the operator, straight on the database. */
export function addAccounts(program: Command, context: CliContext): void {
  addAccount(program.command('account').description('who may use the gateway'), context);
  addKey(program.command('key').description('what programs use it with'), context);
  addToken(program.command('token').description('what an operator signs in to the console with'), context);
  printing(program.command('audit'))
    .description('who read which code, who took which number, and who changed what; the newest first')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 100_000), 50)
    .action(async (options: AuditOptions) => (await import('./audit.ts')).auditCommand(options, context));
}

function addAccount(account: Command, context: CliContext): void {
  const tier = () => new Option('--tier <tier>', 'what it may use').choices(['free', 'paid']);
  printing(account.command('add'))
    .description('open an account; without --tier, of the one in accounts.default_tier')
    .requiredOption('--phone <number>', 'whose it is, E.164', phoneNumber)
    .addOption(tier())
    .action(async (options: AccountOptions) => (await import('./account.ts')).accountAdd(options, context));
  printing(account.command('set'))
    .description('change an account')
    .requiredOption('--phone <number>', 'whose it is, E.164', phoneNumber)
    .addOption(tier())
    .option('--quota <count>', 'rentals a month', wholeNumber(0, 1_000_000))
    .action(async (options: AccountOptions) => (await import('./account.ts')).accountSet(options, context));
  printing(account.command('list'))
    .description('list accounts, the oldest first')
    .action(async (options: PrintOptions) => (await import('./account.ts')).accountList(options, context));
}

function addKey(key: Command, context: CliContext): void {
  printing(key.command('create'))
    .description('make a key and print it, this once')
    .requiredOption('--phone <number>', 'whose account, E.164', phoneNumber)
    .requiredOption('--name <name>', 'what you call it', shortText(100))
    .option('--number <number>', 'the line it opens, E.164; one for lease is leased', phoneNumber)
    .addOption(new Option('--api <api>', 'a key that rents its numbers').choices(['agent-otp']).conflicts('number'))
    .action(async (options: KeyOptions) => (await import('./key.ts')).keyCreate(options, context));
  printing(key.command('list'))
    .description('list the keys that work, without their secrets')
    .action(async (options: PrintOptions) => (await import('./key.ts')).keyList(options, context));
  printing(key.command('revoke'))
    .description('end a key at once')
    .argument('<id>', 'see: key list')
    .action(async (id: string, options: PrintOptions) => (await import('./key.ts')).keyRevoke(id, options, context));
}

function addToken(token: Command, context: CliContext): void {
  printing(token.command('create'))
    .description('make a token and print it, this once')
    .option('--name <name>', 'what you call it', shortText(100), 'operator')
    .action(async (options: TokenOptions) => (await import('./token.ts')).tokenCreate(options, context));
  printing(token.command('list'))
    .description('list the tokens that work, without their secrets')
    .action(async (options: PrintOptions) => (await import('./token.ts')).tokenList(options, context));
  printing(token.command('revoke'))
    .description('end a token and every session it opened, at once')
    .argument('<id>', 'see: token list')
    .action(async (id: string, options: PrintOptions) =>
      (await import('./token.ts')).tokenRevoke(id, options, context),
    );
}
