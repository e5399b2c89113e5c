// Breaks the code on purpose, one place at a time, and sees that the tests notice: node scripts/mutants.ts [part of a file name].
// Works in a copy: the checkout stays as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Mutant {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The tests that must fail. */
  readonly tests: string;
}

const mutants: readonly Mutant[] = [
  {
    what: 'a slot that was committed before counts as new',
    file: 'src/store/slots.ts',
    from: 'equals(hash) === true) return false',
    to: 'equals(hash) === true) return true',
    tests: 'test/gateway/receive',
  },
  {
    what: 'any PDU in a known slot counts as read before',
    file: 'src/store/slots.ts',
    from: '?.hash.equals(hash) === true',
    to: ' !== undefined',
    tests: 'test/store/ledger',
  },
  {
    what: 'a listing is taken in slot order',
    file: 'src/gateway/receive.ts',
    from: '.sort(byServiceCentreTime)',
    to: '',
    tests: 'test/gateway/receive',
  },
  {
    what: 'a message is handed to the modem before it is marked as going out',
    file: 'src/gateway/dispatcher.ts',
    from: 'store.outbox.markSending(entry.n, at);',
    to: '',
    tests: 'test/gateway/dispatcher',
  },
  {
    what: 'an unknown outcome is tried again',
    file: 'src/gateway/next-try.ts',
    from: "outcome.is === 'sent' || outcome.is === 'unknown' ||",
    to: "outcome.is === 'sent' ||",
    tests: 'test/gateway/dispatcher',
  },
  {
    what: 'the cursor moves before the sink has taken the event',
    file: 'src/gateway/event-pump.ts',
    from: 'if (!(await this.#deliver(event, signal))) return;\n        cursor = event.seq;\n        this.#advance(cursor);',
    to: 'cursor = event.seq;\n        this.#advance(cursor);\n        if (!(await this.#deliver(event, signal))) return;',
    tests: 'test/gateway/event-pump',
  },
  {
    what: 'a repeated request runs again',
    file: 'src/gateway/commands.ts',
    from: 'if (key === null || known === undefined) return undefined;',
    to: 'return undefined;',
    tests: 'test/gateway/commands',
  },
  {
    what: 'a NUL ends up in a line',
    file: 'src/at/framer.ts',
    from: "before.replaceAll('\\0', '')",
    to: 'before',
    tests: 'test/at/framer',
  },
  {
    what: 'an @ in GSM septets is lost where a text goes on in the next line',
    file: 'src/at/framer.ts',
    from: 'const from = isTextOpen ? 0 : ',
    to: 'const from = ',
    tests: 'test/at/framer',
  },
  {
    what: 'a restart by an operator is in no trail',
    file: 'src/gateway/operator-view.ts',
    from: "note(deps, name === 'restart'",
    to: "if (false) note(deps, name === 'restart'",
    tests: 'test/http/console/operator',
  },
  {
    what: 'an echo counts as a line of the reply',
    file: 'src/at/exchange.ts',
    from: "if (isEcho(command, line)) return 'echo';",
    to: '',
    tests: 'test/at/exchange',
  },
  {
    what: 'the deletion does not wait for the commit',
    file: 'src/modem/inbox.ts',
    from: 'if (await this.#commit([this.#received(slot, whole)])) this.#owe([slot]);',
    to: 'void this.#commit([this.#received(slot, whole)]); this.#owe([slot]);',
    tests: 'test/modem/inbox',
  },
  {
    what: 'a bulk deletion goes ahead although the counts differ',
    file: 'src/modem/bulk-deletion.ts',
    from: 'if (before !== listing.entries.length || drained.disturbed()) return null;',
    to: 'if (before === null) return null;',
    tests: 'test/modem/deletion',
  },
  {
    what: 'a confidential text is written down',
    file: 'src/gateway/send.ts',
    from: 'const text = shown ?? spoken;',
    to: 'const text = spoken;',
    tests: 'test/gateway/confidential',
  },
  {
    what: 'a message that becomes whole is given to whoever holds the number by then',
    file: 'src/gateway/receive.ts',
    from: 'if (!isNew) return',
    to: 'if (false) return',
    tests: 'test/gateway/correspondence',
  },
  {
    what: 'the last part of a long message says whose it is',
    file: 'src/gateway/receive.ts',
    from: 'set.openedAt ?? received.receivedAt',
    to: 'received.receivedAt',
    tests: 'test/gateway/correspondence',
  },
  {
    what: 'a text for the last holder goes to the next',
    file: 'src/numbers/access.ts',
    from: '.filter((mailbox) => !isForAnother(store, mailbox, arrival))',
    to: '',
    tests: 'test/numbers/access',
  },
  {
    what: 'an answer on a shared number goes to everybody who shares it',
    file: 'src/numbers/access.ts',
    from: ' && answersAs(from, peer)',
    to: '',
    tests: 'test/numbers/access',
  },
  {
    what: 'a code is given to two waits',
    file: 'src/numbers/wait.ts',
    from: 'for (const n of codes) this.#store.mailboxMessages.takeCode(mailbox, n);',
    to: '',
    tests: 'test/numbers/wait',
  },
  {
    what: 'keys outlive the lease they are for',
    file: 'src/numbers/closing.ts',
    from: 'store.keys.revokeOf(mailbox.n, at)',
    to: '[] as string[]',
    tests: 'test/numbers/leases',
  },
  {
    what: 'six wrong codes are allowed',
    file: 'src/accounts/verification.ts',
    from: 'wrongCodes >= mostWrongCodes',
    to: 'wrongCodes > mostWrongCodes',
    tests: 'test/accounts/verification',
  },
  {
    what: 'a wrong code is forgotten with the transaction it failed in',
    file: 'src/accounts/accounts.ts',
    from: 'return redeemed;',
    to: 'throw redeemed;',
    tests: 'test/accounts/verification',
  },
  {
    what: 'a key of one API opens the other',
    file: 'src/accounts/api-keys.ts',
    from: 'held.key.api !== api || ',
    to: '',
    tests: 'test/accounts/api-keys',
  },
  {
    what: 'a webhook follows a name to a private address',
    file: 'src/webhooks/addresses.ts',
    from: "closed.check(bare, 'ipv4')",
    to: 'false',
    tests: 'test/webhooks/a',
  },
  {
    what: 'another site may use the cookie of a session',
    file: 'src/http/origin.ts',
    from: 'return origin !== undefined &&',
    to: 'return false && origin !== undefined &&',
    tests: 'test/http/op/sessions',
  },
];

const root = new URL('..', import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), 'sim2mqtt-mutants-'));
for (const name of ['src', 'test', 'scripts', 'package.json', 'tsconfig.json'])
  cpSync(join(root, name), join(copy, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const [part = ''] = process.argv.slice(2);
let survivors = 0;
try {
  for (const { what, file, from, to, tests } of mutants.filter((mutant) => mutant.file.includes(part))) {
    const path = join(copy, file);
    const original = readFileSync(path, 'utf8');
    if (!original.includes(from)) throw new Error(`${file} no longer holds: ${from}`);
    writeFileSync(
      path,
      original.replace(from, () => to),
    );
    const args = [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      'test/vitest.config.ts',
      '--bail',
      '1',
      tests,
    ];
    const { status } = spawnSync(process.execPath, args, { cwd: copy, stdio: 'ignore' });
    writeFileSync(path, original);
    if (status === 0) survivors += 1;
    console.log(`${status === 0 ? 'SURVIVED' : 'caught  '} ${what}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exit(survivors === 0 ? 0 : 1);
