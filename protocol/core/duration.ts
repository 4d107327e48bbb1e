import { failure, type Result, success } from './result.ts';

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** The longest duration that can be written: ten years. What is longer is a slip of the finger. */
export const durationLimitMs = 3_660 * unitMs.d;

/** A duration as people write it: units from large to small, each at most once, whole numbers, no spaces. */
export const durationPattern =
  '^(?=\\d)(?:(\\d{1,12})d)?(?:(\\d{1,12})h)?(?:(\\d{1,12})m(?!s))?(?:(\\d{1,12})s)?(?:(\\d{1,12})ms)?$';

const form = new RegExp(durationPattern, 'u');

/** Reads `500ms`, `8s`, `1h30m`, `3d` into milliseconds. The problem says what would be right. */
export function parseDuration(text: string): Result<number, string> {
  const parts = form.exec(text);
  if (parts === null) return failure(`${JSON.stringify(text)} is not a duration; write it like 500ms, 8s, 1h30m or 3d`);
  const [, days, hours, minutes, seconds, milliseconds] = parts;
  const totalMs =
    Number(days ?? 0) * unitMs.d +
    Number(hours ?? 0) * unitMs.h +
    Number(minutes ?? 0) * unitMs.m +
    Number(seconds ?? 0) * unitMs.s +
    Number(milliseconds ?? 0);
  if (totalMs > durationLimitMs)
    return failure(`${JSON.stringify(text)} is longer than the longest duration, ten years`);
  return success(totalMs);
}

/** Writes milliseconds (whole, not negative) as {@link parseDuration} reads them: `5400000` → `1h30m`. */
export function formatDuration(durationMs: number): string {
  let restMs = durationMs;
  let text = '';
  for (const [unit, lengthMs] of Object.entries(unitMs)) {
    const count = Math.floor(restMs / lengthMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * lengthMs;
  }
  return text === '' ? '0s' : text;
}
