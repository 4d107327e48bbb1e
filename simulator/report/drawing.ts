import type { Scale } from './scale.ts';

/** Pixels of the page's drawing. */
export const pageWidth = 1_160;
export const left = 200;
export const right = 44;
export const top = 34;
export const laneHeight = 30;
/** A further row of words within a lane. */
export const rowHeight = 17;

export interface Lane {
  name: string;
  /** So many rows of words, one without it. */
  rows?: number;
  draw(y: number, scale: Scale): string;
}

/** One mark a pixel is enough: a thousand presses are not a thousand shapes. */
export function marksOnce(times: readonly number[], scale: Scale, draw: (x: number, timeMs: number) => string): string {
  const seen = new Set<number>();
  return times
    .map((timeMs) => {
      const x = scale.x(timeMs);
      if (seen.has(Math.round(x))) return '';
      seen.add(Math.round(x));
      return draw(x, timeMs);
    })
    .join('');
}

/** A coordinate with one decimal is fine enough, and keeps the file small. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}
