import type { EpochMs, Ms } from '../clock.ts';
import type { PartSet } from '../store/parts.ts';
import { commitReceived, deliversOf, joinedText, type ReceiveDeps, type Receiving, saveMessage } from './receive.ts';

/** Stands in a text where parts are missing. */
const gap = '[…]';

/** Gives out, as far as they are here, messages whose missing parts have been waited for long enough. */
export function giveOutPartial(deps: ReceiveDeps, now: EpochMs, patience: Ms): void {
  const overdue = deps.store.parts.overdue(now - patience);
  if (overdue.length === 0) return;
  commitReceived(deps, (receiving) => {
    for (const set of overdue) giveOut(receiving, set, now);
  });
}

function giveOut(deps: Receiving, set: PartSet, now: EpochMs): void {
  deps.store.parts.markPartial(set);
  const runs = runsOf(set);
  const [first] = runs[0] ?? [];
  if (first === undefined) return;
  const texts = runs.map((run) => joinedText(run));
  const text = texts.map((joined) => joined.text).join(gap);
  const complete = { head: set.pdus.has(1), tail: set.pdus.has(set.total) };
  const { line, openedAt } = set;
  saveMessage(
    deps,
    { line, arrivedAt: openedAt ?? now },
    {
      id: set.messageId,
      modem: set.modem,
      to: set.number,
      from: set.peer,
      text: `${complete.head ? '' : gap}${text}${complete.tail ? '' : gap}`,
      encoding: texts[0]?.encoding ?? 'gsm7',
      parts: set.total,
      smscTime: first.timestamp,
      receivedAt: now,
      partial: true,
    },
  );
}

/** The parts at hand, cut where one is missing: a character must not be joined across a gap. */
function runsOf(set: PartSet): ReturnType<typeof deliversOf>[] {
  const runs: ReturnType<typeof deliversOf>[] = [];
  let previous = 0;
  for (const deliver of deliversOf(set)) {
    const sequence = deliver.concat?.sequence ?? 0;
    const run = runs.at(-1);
    if (run === undefined || sequence !== previous + 1) runs.push([deliver]);
    else run.push(deliver);
    previous = sequence;
  }
  return runs;
}
