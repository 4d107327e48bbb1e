/** Ids of radio devices and modules have four bytes; in text they are eight hex digits in lower case. */
export const idLength = 4;

const idForm = /^[0-9a-f]{8}$/u;

/** The id at `offset`; bytes that are missing read as 0. */
export function readId(bytes: Uint8Array, offset: number): string {
  let id = '';
  for (let index = offset; index < offset + idLength; index += 1) {
    id += (bytes[index] ?? 0).toString(16).padStart(2, '0');
  }
  return id;
}

/** Throws when `id` is not eight hex digits in lower case: ids from outside are checked where they come in. */
export function writeId(id: string): Uint8Array {
  if (!idForm.test(id))
    throw new RangeError(`${JSON.stringify(id)} is not a radio id of eight hex digits in lower case`);
  const bytes = new Uint8Array(idLength);
  new DataView(bytes.buffer).setUint32(0, Number.parseInt(id, 16));
  return bytes;
}
