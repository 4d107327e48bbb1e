/** The number that `length` bytes stand for, the least byte first. */
export function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

/** The bytes of numbers, each with its length, the least byte first. */
export function joinedNumbers(...numbers: readonly [value: number, length: number][]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap(([value, length]) => Array.from({ length }, (_, index) => Math.floor(value / 256 ** index) % 256)),
  );
}
