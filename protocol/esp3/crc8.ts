/** x⁸ + x² + x + 1, highest bit first, initial value 0 (ESP3 3.3). */
const polynomial = 0x07;

const table = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = (crc & 0x80) === 0 ? crc << 1 : (crc << 1) ^ polynomial;
  }
  return crc & 0xff;
});

/** The CRC8 of the bytes from `start` up to, not including, `end`. */
export function crc8(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0;
  for (let index = start; index < end; index += 1) {
    crc = table[crc ^ (bytes[index] ?? 0)] ?? 0;
  }
  return crc;
}
