import { describe, expect, test } from 'vitest';
import { forgetfulMemory, nextRung } from '../../../src/modem/recovery/ladder.ts';
import type { Ailment, RungName } from '../../../src/modem/recovery/rungs.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createRecoverySteps } from '../../../src/store/recovery-steps.ts';
import { tempFolder } from '../../temp-folder.ts';

const minute = 60_000;

function climb(memory = forgetfulMemory(), possible: (rung: RungName) => boolean = () => true) {
  let now = 1_000_000_000;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  return {
    /** Takes the rung that is due. */
    take(ailment: Ailment): RungName | null {
      const rung = nextRung(ailment, { modem: 'm1', memory, clock, possible });
      if (rung !== null) memory.take('m1', rung.name, now, 'a test');
      return rung?.name ?? null;
    },
    pass(duration: number) {
      now += duration;
    },
  };
}

describe('the ladder of recovery', () => {
  test('goes from the mildest means to the strongest, and then calls for help', () => {
    const { take, pass } = climb();
    const taken = Array.from({ length: 5 }, () => {
      pass(minute);
      return take('mute');
    });
    expect(taken).toEqual(['module_reset', 'usb_reset', 'power_cycle', 'alarm', null]);
  });

  test('takes a rung again when it has rested', () => {
    const { take, pass } = climb();
    for (let n = 0; n < 4; n += 1) take('mute');
    pass(10 * minute - 1);
    expect(take('mute')).toBeNull();
    pass(1);
    expect(take('mute')).toBe('usb_reset');
    pass(20 * minute);
    expect(take('mute')).toBe('module_reset');
  });

  test('leaves out what is not possible', () => {
    const { take } = climb(forgetfulMemory(), (rung) => rung !== 'usb_reset' && rung !== 'module_reset');
    expect(take('mute')).toBe('power_cycle');
  });

  test('takes each rung only so often a day', () => {
    const { take, pass } = climb(forgetfulMemory(), (rung) => rung === 'power_cycle');
    let taken = 0;
    for (let n = 0; n < 47; n += 1) {
      if (take('gone') === 'power_cycle') taken += 1;
      pass(30 * minute);
    }
    expect(taken).toBe(8);
    pass(60 * minute);
    expect(take('gone')).toBe('power_cycle');
  });

  test('helps a deaf modem by its radio first, and resets nothing for sends that fail', () => {
    const { take } = climb();
    expect(take('deaf')).toBe('radio');
    expect(take('deaf')).toBe('module_reset');
    expect(take('deaf')).toBeNull();
    const other = climb();
    expect(other.take('unheard')).toBe('radio');
    expect(other.take('unheard')).toBeNull();
  });

  test('remembers over a restart what was done, for each modem', () => {
    const folder = tempFolder();
    const before = openDatabase(folder);
    const at = 1_000_000_000;
    createRecoverySteps(before).take('m1', 'radio', at, 'a test');
    createRecoverySteps(before).take('m1', 'radio', at + 5, 'a test');
    createRecoverySteps(before).take('m2', 'radio', at + 7, 'a test');
    before.close();
    const after = openDatabase(folder);
    const steps = createRecoverySteps(after);
    expect(steps.taken('m1', 'radio', at - 1)).toEqual([at + 5, at]);
    expect(steps.taken('m1', 'radio', at)).toEqual([at + 5]);
    expect(steps.taken('m1', 'usb_reset', 0)).toEqual([]);
    expect(climb(steps).take('unheard')).toBe(null);
    after.close();
  });
});
