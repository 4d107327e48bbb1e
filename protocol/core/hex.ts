/** `55 00 07 …`: bytes as the documents of protocols write them. */
export function bytesInHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
