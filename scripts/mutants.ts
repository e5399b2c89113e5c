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
    file: 'src/gateway/dispatcher.ts',
    from: "outcome.is === 'sent' || outcome.is === 'unknown' ||",
    to: "outcome.is === 'sent' ||",
    tests: 'test/gateway/dispatcher',
  },
  {
    what: 'the cursor moves before the sink has taken the event',
    file: 'src/gateway/event-pump.ts',
    from: 'if (!(await this.#deliver(event, signal))) return;\n        events.advance(sink.name, event.seq);',
    to: 'events.advance(sink.name, event.seq);\n        if (!(await this.#deliver(event, signal))) return;',
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
    from: ".replaceAll('\\0', '')",
    to: '',
    tests: 'test/at/framer',
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
