/** The bytes that so many septets take behind so many bits of filling. */
export function packedLength(septetCount: number, fillBits = 0): number {
  return Math.ceil((septetCount * 7 + fillBits) / 8);
}

/**
 * Septets one behind the other, the least bit first (3GPP TS 23.038 6.1.2.1.1). `fillBits`, 0 to 6, come before the
 * first, so that it begins on a septet's boundary behind a header (3GPP TS 23.040 9.2.3.24).
 */
export function packSeptets(septets: readonly number[], fillBits = 0): Uint8Array {
  const bytes = new Uint8Array(packedLength(septets.length, fillBits));
  septets.forEach((septet, index) => {
    const bit = fillBits + index * 7;
    const at = bit >> 3;
    const shifted = (septet & 0x7f) << (bit & 7);
    bytes[at] = (bytes[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) bytes[at + 1] = (bytes[at + 1] ?? 0) | (shifted >> 8);
  });
  return bytes;
}

/** The first `count` septets; bits that are not there are noughts. */
export function unpackSeptets(bytes: Uint8Array, count: number, fillBits = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const bit = fillBits + index * 7;
    const at = bit >> 3;
    return (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >> (bit & 7)) & 0x7f;
  });
}
