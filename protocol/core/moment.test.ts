import { describe, expect, test } from 'vitest';
import { parseMoment } from './moment.ts';

const nowMs = Date.UTC(2026, 0, 15, 12);

describe('a moment', () => {
  test.each([
    ['2026-01-15T12:00:00Z', Date.UTC(2026, 0, 15, 12)],
    ['2026-01-15T12:00:00.5Z', Date.UTC(2026, 0, 15, 12, 0, 0, 500)],
    ['2026-01-15 13:00+01:00', Date.UTC(2026, 0, 15, 12)],
    ['2026-01-15', new Date(2026, 0, 15).getTime()],
    ['2024-02-29T07:30', new Date(2024, 1, 29, 7, 30).getTime()],
    ['24h', nowMs - 86_400_000],
    ['1d12h', nowMs - 129_600_000],
  ])('is read as people write it: %s', (text, momentMs) => {
    expect(parseMoment(text, nowMs)).toEqual({ ok: true, value: momentMs });
  });

  test.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-01-15T25:00', '15.1.2026', '2026-01-15Z', '20260115'])(
    'is refused when it is none: %j',
    (text) => {
      expect(parseMoment(text, nowMs)).toMatchObject({
        ok: false,
        problem: expect.stringContaining('Right would be like 2026-01-15') as string,
      });
    },
  );
});
