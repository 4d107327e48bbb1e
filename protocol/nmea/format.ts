/** How finely a receiver tells, in digits behind the point. Makes differ. */
export interface Decimals {
  /** Of the second. */
  time: number;
  /** Of the minute of an angle: four are some 20 cm. */
  angle: number;
  dilution: number;
}

/** `hhmmss.ss`, or nothing. */
export function formatTime(timeOfDayMs: number | undefined, decimals: number): string {
  if (timeOfDayMs === undefined) return '';
  const unitMs = 1_000 / 10 ** decimals;
  const inUnits = Math.floor(timeOfDayMs / unitMs);
  const seconds = (inUnits / 10 ** decimals) % 60;
  const minutes = Math.floor(timeOfDayMs / 60_000);
  const width = decimals === 0 ? 2 : 3 + decimals;
  return [
    twoDigits(Math.floor(minutes / 60)),
    twoDigits(minutes % 60),
    seconds.toFixed(decimals).padStart(width, '0'),
  ].join('');
}

/** `ddmm.mmmm` and the hemisphere, or two empty fields. `hemispheres`: the letter for positive, and for negative. */
export function formatAngle(
  degrees: number | undefined,
  hemispheres: 'NS' | 'EW',
  degreeDigits: number,
  decimals: number,
): string[] {
  if (degrees === undefined) return ['', ''];
  const unit = 10 ** decimals;
  // Rounded before it is taken apart: 59.99996 minutes are a degree, never 60 minutes.
  const inUnits = Math.round(Math.abs(degrees) * 60 * unit);
  const whole = Math.floor(inUnits / (60 * unit));
  const minutes = ((inUnits - whole * 60 * unit) / unit).toFixed(decimals).padStart(decimals + 3, '0');
  return [`${String(whole).padStart(degreeDigits, '0')}${minutes}`, hemispheres[degrees < 0 ? 1 : 0] ?? ''];
}

export function formatNumber(value: number | undefined, decimals: number): string {
  return value === undefined ? '' : value.toFixed(decimals);
}

export function twoDigits(value: number | undefined): string {
  return value === undefined ? '' : String(value).padStart(2, '0');
}
