// Learns what the context of a number says from the development parts of the corpus, the messages of the tests and the
// examples of the packs; writes src/otp/rules/context.tsv and context.json. Prints what the same learning finds in
// messages it has not seen: five times, a fifth of the parts that no rule was written from is kept from it.
// Usage: node scripts/otp-train.ts [--dry-run] [--errors]
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { evidenceNames, writeWeight } from '../src/otp/context.ts';
import { buildLexicon } from '../src/otp/lexicon.ts';
import { normalise } from '../src/otp/normalise.ts';
import { readBoundCode } from '../src/otp/origin.ts';
import { readLanguagePacks } from '../src/otp/packs.ts';
import { buildShapeReader, builtInShapes } from '../src/otp/shape.ts';
import { corpusDigest } from './bench/otp-corpus.ts';
import { type Fit, fitLogistic, logitOf } from './train/logistic.ts';
import { readMessages } from './train/messages.ts';
import { type Row, readRows } from './train/rows.ts';
import { chooseFeatures, toSparse } from './train/sparse.ts';

/** How much an error costs against the size of the weights: of the features, and of the few that the verdict is made of. */
const cost = { context: 60, verdict: 1 };
/** Features of fewer messages say nothing of others. */
const fewestMessages = 2;
const folds = 5;
/**
 * A number less probable than this is not given: a wrong code costs its reader more than a missing one. The one thing
 * that was chosen on the held-out parts: so that hardly one in two hundred of their messages without a code gives one.
 */
const enough = 0.9;
/** Weights nearer to nothing change no verdict, and are not written. */
const negligible = 0.1;
const decimals = 3;

const { values: options } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, errors: { type: 'boolean', default: false } },
});
const packs = readLanguagePacks();
const messages = readMessages(packs);
const rows = readRows({ lexicon: buildLexicon(packs), readShapes: buildShapeReader(builtInShapes) }, messages);
const everyRow = rows.map((_, row) => row);
const freshRows = everyRow.filter((row) => messageOf(row)?.fresh);
const right = Uint8Array.from(rows, (row) => Number(row.right));
const features = chooseFeatures(rows, fewestMessages);
const contexts = toSparse(rows.map(cellsOf), features.size);
const unseen = crossValidate();
const evidence = toSparse(
  rows.map((row, at) =>
    evidenceNames.map((name, column) => [column, name === 'context' ? (unseen[at] ?? 0) : Number(row.evidence[name])]),
  ),
  evidenceNames.length,
);
const verdict = fitLogistic({ rows: evidence, right, chosen: freshRows, costs: costsOf(cost.verdict) });
for (const least of [0.5, 0.6, 0.7, 0.8, enough]) printRates(least);
if (!options['dry-run']) {
  write(fitLogistic({ rows: contexts, right, chosen: everyRow, costs: costsOf(cost.context) }));
}

function messageOf(row: number) {
  return messages[rows[row]?.message ?? -1];
}

function cellsOf(row: Row): [number, number][] {
  return [...row.features].flatMap(([name, value]) => {
    const column = features.get(name);
    return column === undefined ? [] : [[column, value]];
  });
}

/** By row. */
function costsOf(one: number): Float64Array {
  return Float64Array.from(everyRow, (row) => one * (messageOf(row)?.share ?? 0));
}

/** By row: what is learned from the others says of it. Rows that are not fresh are always learned from, and stay 0. */
function crossValidate(): Float64Array {
  const logits = new Float64Array(rows.length);
  for (let fold = 0; fold < folds; fold += 1) {
    const held = new Set(freshRows.filter((row) => foldOf(row) === fold));
    const chosen = everyRow.filter((row) => !held.has(row));
    const fit = fitLogistic({ rows: contexts, right, chosen, costs: costsOf(cost.context) });
    for (const row of held) logits[row] = logitOf(contexts, row, fit);
  }
  return logits;
}

function foldOf(row: number): number {
  const digest = createHash('sha256')
    .update(messageOf(row)?.text ?? '')
    .digest();
  return digest.readUInt32BE(0) % folds;
}

/** Of the fresh messages, where a number is given from this probability on. */
function printRates(least: number): void {
  const byMessage = Map.groupBy(freshRows, (row) => rows[row]?.message ?? -1);
  const count = { messages: 0, exact: 0, given: 0, hits: 0, without: 0, false: 0 };
  for (const [index, { fresh, text, codes }] of messages.entries()) {
    if (!fresh) continue;
    const given = readBoundCode(normalise(text))?.code ?? best(byMessage.get(index) ?? [], least);
    const hit = given !== undefined && codes.includes(given);
    const exact = hit || (given === undefined && codes.length === 0);
    if (options.errors && least === enough && !exact)
      console.log(codes[0] ?? null, given ?? null, JSON.stringify(text));
    count.messages += 1;
    count.given += Number(given !== undefined);
    count.hits += Number(hit);
    count.exact += Number(exact);
    count.without += Number(codes.length === 0);
    count.false += Number(codes.length === 0 && given !== undefined);
  }
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`;
  console.log(
    `from ${least} on: ${percent(count.exact, count.messages)} exact, ${percent(count.hits, count.given)} precision, ` +
      `${percent(count.false, count.without)} false codes of ${count.messages} unseen messages`,
  );
}

function best(candidates: readonly number[], least: number): string | undefined {
  const logits = candidates.map((row) => ({ row, logit: logitOf(evidence, row, verdict) }));
  const [first] = logits.toSorted((one, other) => other.logit - one.logit);
  return first !== undefined && 1 / (1 + Math.exp(-first.logit)) >= least ? rows[first.row]?.code : undefined;
}

function write(context: Fit): void {
  const rules = new URL('../src/otp/rules/', import.meta.url);
  const lines = [...features].flatMap(([name, column]) => {
    const [slot = '', text = ''] = name.split('\t');
    const weight = round(context.weights[column] ?? 0);
    return Math.abs(weight) < negligible ? [] : [writeWeight({ slot, text, weight })];
  });
  const remark =
    '# Learned by scripts/otp-train.ts, not written by hand: how much a feature of its context speaks for a number, in logits.';
  writeFileSync(new URL('context.tsv', rules), `${[remark, ...lines].join('\n')}\n`);
  // The bias of the context is the verdict's too.
  const bias = verdict.bias + (verdict.weights[0] ?? 0) * context.bias;
  const named = evidenceNames.map((name, column) => [name, round(verdict.weights[column] ?? 0)]);
  const weights = { bias: round(bias), ...Object.fromEntries(named) };
  const text = JSON.stringify({ corpus: corpusDigest(), enough, weights }, null, 2);
  writeFileSync(new URL('context.json', rules), `${text}\n`);
  console.log(`${lines.length} features`);
}

function round(value: number): number {
  return Number(value.toFixed(decimals));
}
