import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatResponse, isFinal, notices, readResponse, resultWords, wordsOf } from './response.ts';
import { cmeErrors, cmsErrors } from './responseErrors.ts';
import { readRange, readWhole, splitValues, valuesLimit } from './responseValues.ts';

describe('a line of a modem', () => {
  test.for([
    ['OK', { type: 'result', result: { kind: 'word', word: 'OK' } }],
    ['CONNECT 150000000', { type: 'result', result: { kind: 'word', word: 'CONNECT', text: '150000000' } }],
    ['NO DIALTONE', { type: 'result', result: { kind: 'word', word: 'NO DIALTONE' } }],
    ['+CME ERROR: 10', { type: 'result', result: { kind: 'cme', number: 10 } }],
    ['+CMS ERROR: 500', { type: 'result', result: { kind: 'cms', number: 500 } }],
    ['RING', { type: 'notice', notice: 'RING' }],
    ['PB DONE', { type: 'notice', notice: 'PB DONE' }],
    ['+CREG: 2,1,"1A2B","03",7', { type: 'information', prefix: '+CREG', values: ['2', '1', '"1A2B"', '"03"', '7'] }],
    ['+QIND: SMS DONE', { type: 'information', prefix: '+QIND', values: ['SMS DONE'] }],
    ['VOICE CALL: END: 000017', { type: 'information', prefix: 'VOICE CALL', values: ['END: 000017'] }],
    ['+CMGL: ', { type: 'information', prefix: '+CMGL', values: [''] }],
    ['861234040000008', { type: 'text', text: '861234040000008' }],
    ['AT+CREG?', { type: 'text', text: 'AT+CREG?' }],
  ] as const)('%s is read, and said again', ([line, response]) => {
    expect(readResponse(line)).toEqual(response);
    expect(formatResponse(readResponse(line)).trim()).toBe(line.trim());
  });

  test('errors in words are the same as their numbers, whatever the case', () => {
    expect(readResponse('+CME ERROR: SIM not inserted')).toMatchObject({ result: { kind: 'cme', number: 10 } });
    expect(readResponse('+CME ERROR: incorrect password')).toMatchObject({ result: { number: 16 } });
    expect(readResponse('+CMS ERROR: Unknown error')).toMatchObject({ result: { kind: 'cms', number: 500 } });
    expect(readResponse('+CME ERROR: of another kind')).toEqual({
      type: 'result',
      result: { kind: 'cme', words: 'of another kind' },
    });
  });

  test('what ends a call does not end the answer to any command', () => {
    const finals = resultWords.filter((word) => isFinal({ kind: 'word', word }));
    expect(finals).toEqual(['OK', 'ERROR', 'COMMAND NOT SUPPORT', 'TOO MANY PARAMETERS']);
    expect(isFinal({ kind: 'cme', number: 3 })).toBe(true);
  });

  test('errors are told to people with number and words, and unknown ones without what the modem wrote', () => {
    expect(wordsOf({ kind: 'cme', number: 10 })).toBe('+CME ERROR: 10, SIM not inserted');
    expect(wordsOf({ kind: 'cms', number: 331 })).toBe('+CMS ERROR: 331, no network service');
    expect(wordsOf({ kind: 'cme', number: 999 })).toBe('+CME ERROR: 999');
    expect(wordsOf({ kind: 'cme', words: 'of +46700000000' })).toBe('+CME ERROR');
    expect(wordsOf({ kind: 'word', word: 'BUSY' })).toBe('BUSY');
  });

  test('every result and notice that is said is read as what was said', () => {
    const results = [
      ...resultWords.map((word) => ({ kind: 'word', word }) as const),
      ...Object.keys(cmeErrors).map((number) => ({ kind: 'cme', number: Number(number) }) as const),
      ...Object.keys(cmsErrors).map((number) => ({ kind: 'cms', number: Number(number) }) as const),
    ];
    for (const result of results) {
      expect(readResponse(formatResponse({ type: 'result', result }))).toEqual({ type: 'result', result });
    }
    for (const notice of notices) expect(readResponse(notice)).toEqual({ type: 'notice', notice });
  });

  test('any text is read, without an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(formatResponse(readResponse(text))).toBeTypeOf('string');
        expect(readResponse(`+CME ERROR: ${text}`)).toMatchObject({ result: { kind: 'cme' } });
      }),
    );
  });
});

describe('values', () => {
  test('commas within quotation marks and parentheses separate nothing, and an omitted value is empty', () => {
    expect(splitValues('1,"2,3",(0-5),,x')).toEqual(['1', '"2,3"', '(0-5)', '', 'x']);
  });

  test('no more than the limit are split', () => {
    const values = splitValues(Array.from({ length: valuesLimit + 10 }, String).join(','));
    expect(values).toHaveLength(valuesLimit);
    expect(values.at(-1)).toContain(',');
  });

  test('a whole number is read with or without quotation marks; what is missing or none is told', () => {
    expect(readWhole('+X', ['"12"', '-3'], 0)).toEqual({ ok: true, value: 12 });
    expect(readWhole('+X', ['"12"', '-3'], 1)).toEqual({ ok: true, value: -3 });
    expect(readWhole('+X', ['1'], 1)).toMatchObject({ ok: false, problem: { code: 'too-few-values' } });
    expect(readWhole('+X', ['1x'], 0)).toMatchObject({ ok: false, problem: { code: 'unknown-value' } });
  });

  test('a range is read from any list of numbers', () => {
    expect(readRange('(0-5)')).toEqual({ least: 0, greatest: 5 });
    expect(readRange('(0,1,7)')).toEqual({ least: 0, greatest: 7 });
    expect(readRange('("a")')).toBeUndefined();
    expect(readRange(undefined)).toBeUndefined();
  });
});
