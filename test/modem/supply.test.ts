import { expect, test } from 'vitest';
import { networkTime, supplyVoltage } from '../../src/modem/commands/supply.ts';

test.each([
  ['+CBC: 0,100,4213', 4213],
  ['+CBC: 3968', 3968],
  ['+CBC: 3.996V', 3996],
  ['+CBC: 0,76,3.8V', 3800],
  ['+CBC: 0,100', null],
])('%s is %s mV', (line, millivolts) => {
  expect(supplyVoltage.parse([line])).toBe(millivolts);
});

test.each([
  ['+CCLK: "26/11/22,15:00:00+08"', Date.UTC(2026, 10, 22, 13)],
  ['+CCLK: "26/11/22,15:00:00-20"', Date.UTC(2026, 10, 22, 20)],
  ['+CCLK: "80/01/06,00:00:12+00"', null],
  ['+CCLK: "70/01/01,00:00:12+00"', null],
  ['+CCLK: "04/01/01,00:00:12+00"', null],
  ['+CCLK: "26/11/22,15:00:00"', null],
])('%s is %s', (line, time) => {
  expect(networkTime.parse([line])).toBe(time);
});
