import { describe, expect, test } from 'vitest';
import { answers, callRequests, type Code, codeWords, deviceTypes, statusCodes, voiceModes } from './codes.ts';

describe('the code tables', () => {
  const tables: Record<string, Readonly<Record<string, Code>>> = {
    deviceTypes,
    statusCodes,
    answers,
    voiceModes,
    callRequests,
  };

  test.each(Object.keys(tables))('%s give each code one meaning', (name) => {
    const entries = Object.values(tables[name] ?? {});
    expect(new Set(entries.map((entry) => entry.code)).size).toBe(entries.length);
    expect(new Set(entries.map((entry) => entry.words)).size).toBe(entries.length);
  });

  test('a known code is told in words and an unknown one by its number', () => {
    expect(codeWords(statusCodes, 10)).toBe('alarm, manual');
    expect(codeWords(deviceTypes, 3)).toBe('pendant');
    expect(codeWords(statusCodes, 9999)).toBe('code 9999');
  });
});
