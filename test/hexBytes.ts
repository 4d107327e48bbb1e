/** The bytes that hex digits stand for; spaces are for people. */
export function hexBytes(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s/gu, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}
