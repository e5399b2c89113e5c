import { describe, expect, it } from 'vitest';
import { isPrefixed, leavesQuoteOpen, UnsolicitedGatherer } from '../../src/at/unsolicited.ts';

function gatherer() {
  const heard: (readonly string[])[] = [];
  const shapes = [
    { match: /^\+CMT:/, follows: 1 },
    { match: /^\+CUSD:/, follows: 0 },
    { match: /^\+CMTI:/, follows: 0 },
  ] as const;
  return { heard, gather: new UnsolicitedGatherer(shapes, (lines) => void heard.push(lines)) };
}

describe('gathering', () => {
  it('lets another unsolicited line pass between a header and its PDU', () => {
    const { heard, gather } = gatherer();
    expect(gather.takes('+CMT: ,24')).toBe(true);
    expect(gather.takesRest('+CMTI: "ME",1')).toBe(false);
    expect(gather.takes('+CMTI: "ME",1')).toBe(true);
    expect(gather.takesRest('0791')).toBe(true);
    expect(gather.takesRest('0791')).toBe(false);
    expect(heard).toEqual([['+CMTI: "ME",1'], ['+CMT: ,24', '0791']]);
  });

  it('never takes a final result or a prefixed line for a PDU', () => {
    const { gather } = gatherer();
    gather.takes('+CMT: ,24');
    for (const line of ['OK', 'ERROR', '+CMS ERROR: 314', '+CSQ: 17,99']) expect(gather.takesRest(line)).toBe(false);
  });

  it('tells a header whose PDU did not come when the next header does', () => {
    const { heard, gather } = gatherer();
    gather.takes('+CMT: ,24');
    gather.takes('+CMT: ,25');
    gather.takesRest('0791');
    expect(heard).toEqual([['+CMT: ,24'], ['+CMT: ,25', '0791']]);
  });

  it('does not wait for a closing quotation mark for ever', () => {
    const { heard, gather } = gatherer();
    gather.takes('+CUSD: 0,"');
    for (let line = 0; line < 15; line += 1) expect(gather.takesRest('text')).toBe(true);
    expect(gather.takesRest('text')).toBe(false);
    expect(heard).toHaveLength(1);
  });

  it('leaves what it does not know', () => {
    expect(gatherer().gather.takes('+CSQ: 17,99')).toBe(false);
  });
});

it.each([
  ['+CSQ: 17,99', true],
  ['^RSSI:20', true],
  ['+ SMS FULL', true],
  ['$QCSYSMODE: 2', true],
  ['07914306073011F0', false],
  ['+14165551234', false],
  ['*100#', false],
  ['huawei', false],
])('%s is prefixed: %s', (line, prefixed) => {
  expect(isPrefixed(line)).toBe(prefixed);
});

it('counts quotation marks', () => {
  expect(leavesQuoteOpen('+CUSD: 0,"a')).toBe(true);
  expect(leavesQuoteOpen('+CUSD: 0,"a",15')).toBe(false);
});
