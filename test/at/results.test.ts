import { describe, expect, it } from 'vitest';
import { finalResult, numericResult, unglue } from '../../src/at/results.ts';
import { GatewayError } from '../../src/errors.ts';

function errorIn(line: string, command = 'AT+CMGR=1'): GatewayError {
  const result = finalResult(line, command);
  if (!(result instanceof GatewayError)) throw new Error(`no error in ${line}`);
  return result;
}

describe('final results', () => {
  it.each([
    ['+CME ERROR: 14', { cme: 14 }],
    ['+CME ERROR: SIM busy', { cme: 14 }],
    ['+CME ERROR: sim BUSY ', { cme: 14 }],
    ['+CME ERROR:SIM not inserted', { cme: 10 }],
    ['+CME ERROR: (U)SIM not inserted', { cme: 10 }],
    ['+CME ERROR: incorrect password', { cme: 16 }],
    ['+CME ERROR: operation not allowed', { cme: 3 }],
    ['+CME ERROR: 100', { cme: 100 }],
    ['+CME ERROR: words of its own', { cme: 100 }],
  ])('reads %s', (line, details) => {
    expect(errorIn(line)).toMatchObject({ code: 'at.cme', details });
  });

  it.each([
    ['+CMS ERROR: 321', { cms: 321 }],
    ['+CMS ERROR: invalid memory index', { cms: 321 }],
    ['+CMS ERROR: memory full', { cms: 322 }],
    ['+CMS ERROR: Unknown error', { cms: 500 }],
    ['+CMS ERROR: unknown error', { cms: 500 }],
    ['+CMS ERROR: SIM busy', { cms: 314 }],
    ['+CMS ERROR: 350', { cms: 350 }],
  ])('reads %s', (line, details) => {
    expect(errorIn(line)).toMatchObject({ code: 'at.cms', details });
  });

  it.each(['ERROR', 'COMMAND NOT SUPPORT', 'TOO MANY PARAMETERS', 'ABORTED', 'NA', 'MODEM ERROR: 8'])(
    'reads %s',
    (line) => {
      expect(errorIn(line)).toMatchObject({ code: 'at.error', transient: false });
    },
  );

  it('calls an error transient where the same command may succeed later', () => {
    expect(errorIn('+CME ERROR: SIM busy').transient).toBe(true);
    expect(errorIn('+CMS ERROR: 314').transient).toBe(true);
    expect(errorIn('+CME ERROR: 16').transient).toBe(false);
    expect(errorIn('+CMS ERROR: 304').transient).toBe(false);
  });

  it('keeps the words of an unnamed error out of its message', () => {
    expect(errorIn('+CME ERROR: call +14165551234').message).not.toContain('416');
  });

  it('takes the end of a call for a result only while dialling', () => {
    expect(finalResult('NO CARRIER', 'AT+CSQ')).toBeUndefined();
    expect(errorIn('NO CARRIER', 'ATD*99#').code).toBe('at.error');
    expect(finalResult('CONNECT 115200', 'ATD*99#')).toBe('ok');
  });

  it('takes no other line for a result', () => {
    for (const line of ['+CSQ: 17,99', 'OKAY', 'ERROR: 3', '0', 'RING', '+CMS: 1', '']) {
      expect(finalResult(line, 'AT')).toBeUndefined();
    }
  });

  it('knows the numbers that stand for OK and ERROR', () => {
    expect(numericResult('0')).toBe('ok');
    expect(numericResult('4')).toMatchObject({ code: 'at.error' });
    expect(numericResult('04')).toBeUndefined();
    expect(numericResult('3')).toBeUndefined();
  });

  it('cuts a result from the line it is glued to', () => {
    expect(unglue('ERROR+CNUM:')).toEqual(['+CNUM:', 'ERROR']);
    expect(unglue('OK+CMTI: "SM",3')).toEqual(['+CMTI: "SM",3', 'OK']);
    expect(unglue('OK')).toEqual(['OK']);
    expect(unglue('OK+1')).toEqual(['OK+1']);
  });
});
