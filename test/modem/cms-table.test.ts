import { describe, expect, test } from 'vitest';
import { cmsError, cmsFailure } from '../../src/modem/cms-table.ts';

describe('a refusal by number', () => {
  test.each([
    [38, 'refused by the network: network out of order, or a wrong service centre', true],
    [21, 'refused by the network: the network rejected the message', false],
    [127, 'refused by the network: interworking failure: barred destination, filtered text or no credit', true],
    [128, 'refused by the service centre: the service centre does not support this protocol', false],
    [194, 'refused by the service centre: the service centre failed', true],
    [314, 'refused by the modem: the SIM is busy', true],
    [332, 'refused by the modem: the network did not answer in time', false],
    [500, 'refused by the modem: unknown error', true],
  ])('%i says who refused and why, and whether it is worth another try', (code, message, retryable) => {
    expect(cmsFailure(code)).toEqual({ code: `cms.${code}`, message, retryable });
  });

  test.each([
    [8, 'refused by the network: the operator bars this line from sending', 'lift'],
    [10, 'refused by the network: sending is barred for this line: no credit, or not in its plan', 'credit'],
    [50, 'refused by the network: this line may not send messages: the plan lacks them', 'plan'],
    [330, 'refused by the modem: the service centre address is not set', 'smsc'],
    [311, 'refused by the modem: the SIM wants its PIN', 'pin_file'],
    [322, 'refused by the modem: the message storage is full', 'Delete'],
    [302, 'refused by the modem: the modem does not allow this now', 'doctor'],
  ])('%i says what a person can do', (code, message, remedy) => {
    const hint = expect.stringContaining(remedy);
    expect(cmsFailure(code)).toEqual({ code: `cms.${code}`, message, retryable: false, hint });
  });

  test('that nobody documents is never worth another try', () => {
    expect(cmsFailure(9999)).toEqual({
      code: 'cms.9999',
      message: 'refused by the modem: error 9999',
      retryable: false,
    });
  });

  test.each([
    [97, 'permanent'],
    [99, 'permanent'],
    [225, 'ambiguous'],
    [322, 'fix'],
    [321, 'none'],
    [513, 'retry'],
  ])('%i is of the class %s', (code, is) => {
    expect(cmsError(code).is).toBe(is);
  });
});
