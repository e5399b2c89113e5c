// How well codes are found in messages that the rules were not written from, as Markdown.
// Usage: node scripts/otp-benchmark.ts [--part NAME] [--peers] [--json] [--failures]
// Without --part, all parts that neither rules nor weights were made from, and each of them in a line of its own.
import { parseArgs } from 'node:util';
import { createExtractor } from '../src/otp/otp.ts';
import { type BenchMessage, type CorpusPart, corpusParts, heldOutParts, readCorpus } from './bench/otp-corpus.ts';
import { askPeer, peers, withPeers } from './bench/otp-peers.ts';
import {
  type CalibrationBin,
  calibrate,
  interval,
  type Judged,
  judge,
  type Score,
  score,
  scoreBy,
} from './bench/otp-score.ts';

interface Competitor {
  readonly name: string;
  readonly note: string;
  readonly timeouts: number;
  readonly score: Score;
}

const { values: options } = parseArgs({
  options: {
    part: { type: 'string', default: 'held-out-*' },
    peers: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    failures: { type: 'boolean', default: false },
  },
});
const part = readPart(options.part);
if (options.failures && part.startsWith('held-out'))
  throw new Error('--failures is for the dev parts: rules are not to be tuned to held-out messages');

const messages = part === 'held-out-*' ? heldOutParts.flatMap(readCorpus) : readCorpus(part);
const ours = evaluate(messages);
const competitors: Competitor[] = [
  { name: 'sim2mqtt', note: '', timeouts: 0, score: score(ours) },
  ...(options.peers ? await evaluatePeers(messages) : []),
];
const languages = scoreBy(ours, ({ lang }) => lang);
const classes = scoreBy(ours, (message) => message.class);
const calibration = calibrate(ours);

if (options.json) {
  const table = (map: Map<string, Score>) => Object.fromEntries(map);
  console.log(
    JSON.stringify({ part, competitors, languages: table(languages), classes: table(classes), calibration }, null, 2),
  );
} else {
  printReport();
}

function readPart(name: string): CorpusPart | 'held-out-*' {
  if (name === 'held-out-*') return name;
  const known = corpusParts.find((one) => one === name);
  if (known === undefined) throw new Error(`--part is one of ${corpusParts.join(', ')}`);
  return known;
}

function evaluate(list: readonly BenchMessage[]): Judged[] {
  const extractor = createExtractor();
  return list.map((message) => {
    const finding = extractor.extract({ from: message.from, text: message.body });
    return judge(message, { code: finding?.code ?? null, confidence: finding?.confidence ?? 0 }, 'strict');
  });
}

function evaluatePeers(list: readonly BenchMessage[]): Promise<Competitor[]> {
  return withPeers(async (folder) => {
    const results: Competitor[] = [];
    for (const peer of peers) {
      const { answers, timeouts } = await askPeer(peer, folder, list);
      const judged = list.map((message, index) =>
        judge(message, answers[index] ?? { code: null, confidence: 0 }, 'lenient'),
      );
      results.push({ name: peer.npm ?? peer.name, note: peer.note, timeouts, score: score(judged) });
    }
    return results;
  });
}

function printReport(): void {
  const { withCode, messages: count } = score(ours);
  console.log(
    `${count} ${part} messages in ${languages.size} languages, ${withCode} with a code, ${count - withCode} without.\n`,
  );
  printTable(['', 'exact', 'precision', 'recall', 'false codes', 'wrong', 'missed'], competitors.map(row));
  if (options.peers) {
    console.log('\nPeers are forgiven letter case and separators; ours is not.');
    for (const { name, note, timeouts } of competitors.slice(1))
      console.log(`- ${name}: ${note}${timeouts > 0 ? `; ${timeouts} messages timed out` : ''}`);
  }
  printIntervals(score(ours));
  if (part === 'held-out-*') printParts();
  console.log('\n## Confidence\n');
  printTable(['confidence', 'codes given', 'right', 'share right', 'mean confidence'], calibration.map(binRow));
  for (const [title, groups] of [['Languages', languages] as const, ['Classes', classes] as const]) {
    console.log(`\n## ${title}\n\n${weak(groups)}\n`);
    const name = title === 'Languages' ? 'language' : 'class';
    printTable(
      [name, 'messages', 'with code', 'exact', 'precision', 'recall', 'false codes'],
      [...groups].map(([key, one]) => [key, String(one.messages), String(one.withCode), ...rates(one)]),
    );
  }
  if (options.failures) for (const one of ours) if (!one.right) printFailure(one);
}

function printParts(): void {
  console.log('\n## Parts, each by another author\n');
  const parts = heldOutParts.map((one) => [one, score(evaluate(readCorpus(one)))] as const);
  printTable(
    ['part', 'messages', 'exact', 'precision', 'recall', 'false codes'],
    parts.map(([one, counts]) => [one, String(counts.messages), ...rates(counts)]),
  );
}

function row({ name, score: one }: Competitor): string[] {
  return [name, ...rates(one), String(one.wrongCodes), String(one.missed)];
}

function rates({ exact, precision, recall, falseCodes }: Score): string[] {
  return [exact, precision, recall, falseCodes].map(percent);
}

function percent(share: number | null): string {
  return share === null ? '' : `${(100 * share).toFixed(1)} %`;
}

function binRow({ from, to, given, right, meanConfidence }: CalibrationBin): string[] {
  const name = from === 1 ? '1' : `${from} to ${to}`;
  return [name, String(given), String(right), percent(right / given), meanConfidence.toFixed(2)];
}

function printIntervals({ messages: count, withCode, exact, falseCodes }: Score): void {
  const show = ([low, high]: [number, number]) => `${percent(low)} to ${percent(high)}`;
  console.log(
    `\n95 % intervals: exact ${show(interval(exact ?? 0, count))}, false codes ${show(interval(falseCodes ?? 0, count - withCode))}.`,
  );
}

/** Names the groups below 98 % exact, worst first. */
function weak(groups: Map<string, Score>): string {
  const below = [...groups].filter(([, one]) => (one.exact ?? 1) < 0.98);
  if (below.length === 0) return 'None is below 98 % exact.';
  below.sort(([, a], [, b]) => (a.exact ?? 1) - (b.exact ?? 1));
  return `Below 98 % exact: ${below.map(([key, one]) => `${key} (${percent(one.exact)} of ${one.messages})`).join(', ')}.`;
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`| ${head.join(' | ')} |`);
  console.log(`|${head.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`);
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
}

function printFailure({ message, answer }: Judged): void {
  console.log(
    `\n${message.id} ${message.class}: expected ${message.code}, got ${answer.code}\n  ${JSON.stringify(message.body)}`,
  );
}
