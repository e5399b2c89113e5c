// Evaluates the one-time-code extraction on a corpus: an array of {id, lang, class, from, body, code, alt?}.
// Usage: node scripts/otp-eval.ts FILE... [--failures]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createExtractor } from '../src/otp/otp.ts';
import type { BenchMessage } from './bench/otp-corpus.ts';

/** Counts of a set of messages: `found` codes given, `right` of them, `missed` or wrong where there is one. */
export interface Tally {
  messages: number;
  withCode: number;
  exact: number;
  found: number;
  right: number;
  falseCodes: number;
}

export interface Outcome {
  readonly message: BenchMessage;
  readonly got: string | null;
  readonly confidence: number;
  readonly exact: boolean;
}

/** What the extractor makes of each message. */
export function evaluate(messages: readonly BenchMessage[]): Outcome[] {
  const extractor = createExtractor();
  return messages.map((message) => {
    const finding = extractor.extract({ from: message.from, text: message.body });
    const got = finding?.code ?? null;
    const exact = got === message.code || (got !== null && (message.alt ?? []).includes(got));
    return { message, got, confidence: finding?.confidence ?? 0, exact };
  });
}

export function tally(outcomes: readonly Outcome[]): Tally {
  const count = (test: (outcome: Outcome) => boolean) => outcomes.filter(test).length;
  return {
    messages: outcomes.length,
    withCode: count(({ message }) => message.code !== null),
    exact: count(({ exact }) => exact),
    found: count(({ got }) => got !== null),
    right: count(({ got, exact }) => got !== null && exact),
    falseCodes: count(({ message, got }) => message.code === null && got !== null),
  };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '    -  ' : `${((100 * part) / whole).toFixed(1).padStart(5)} %`;
}

function line(name: string, counts: Tally): string {
  const cells = [
    name.padEnd(14),
    String(counts.messages).padStart(5),
    percent(counts.exact, counts.messages),
    percent(counts.right, counts.found),
    percent(counts.right, counts.withCode),
    percent(counts.falseCodes, counts.messages - counts.withCode),
  ];
  return cells.join('  ');
}

/** Of the codes given at each confidence: how many, what was promised on average, and how many were right. */
function printCalibration(outcomes: readonly Outcome[]): void {
  console.log('\ncalibration\nconfidence  codes  promised     right');
  const found = outcomes.filter(({ got }) => got !== null);
  const steps = Map.groupBy(found, ({ confidence }) => Math.min(9, Math.floor(confidence * 10 + 1e-9)));
  for (const [step, group] of [...steps].sort(([one], [other]) => one - other)) {
    const promised = group.reduce((sum, { confidence }) => sum + confidence, 0);
    const cells = [percent(promised, group.length), percent(tally(group).right, group.length)];
    const name = `${(step / 10).toFixed(1)} - ${((step + 1) / 10).toFixed(1)}`;
    console.log([name.padEnd(10), String(group.length).padStart(5), ...cells].join('   '));
  }
}

function report(outcomes: readonly Outcome[], failures: boolean): void {
  const head = ['set'.padEnd(14), '    n', '  exact', 'precis.', ' recall', ' false '].join('  ');
  console.log(`${head}\n${line('all', tally(outcomes))}`);
  for (const key of ['lang', 'class'] as const) {
    const groups = Map.groupBy(outcomes, ({ message }) => message[key]);
    console.log(`\nby ${key}`);
    for (const [name, group] of [...groups].sort()) console.log(line(name, tally(group)));
  }
  printCalibration(outcomes);
  if (!failures) return;
  console.log('\nfailures');
  for (const { message, got, confidence, exact } of outcomes) {
    if (!exact)
      console.log(`${message.id} ${message.lang} ${message.class}: wanted ${message.code}, got ${got} (${confidence})`);
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ options: { failures: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length === 0) {
    console.error('usage: node scripts/otp-eval.ts FILE... [--failures]');
    process.exit(2);
  }
  const messages = positionals.flatMap((file): BenchMessage[] => JSON.parse(readFileSync(file, 'utf8')));
  report(evaluate(messages), values.failures === true);
}
