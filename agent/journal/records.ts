import type { Pages } from './pages.ts';

/** Reads the rows out of a page of a SQLite file, as https://sqlite.org/fileformat2.html#b_tree_pages has them. */

export type Value = string | number | null;

export interface PageRecord {
  /** Of a table with row ids. */
  rowId: number | undefined;
  values: readonly Value[];
}

export interface PageContent {
  records: readonly PageRecord[];
  /** Rows that are there and make no sense. */
  unreadable: number;
  /** The pages on which its rows go on. */
  goesOn: readonly number[];
}

const tableLeaf = 0x0d;
const indexLeaf = 0x0a;
const indexInterior = 0x02;
const tableInterior = 0x05;
const pageTypes: readonly number[] = [tableLeaf, indexLeaf, indexInterior, tableInterior];

/** No row of ours is longer: an entry's body is 65,536 characters at most. */
const payloadLimit = 1_048_576;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What a page of a b-tree holds; undefined when it is none, or its own order is damaged. */
export function readPage(pages: Pages, number: number, bytes: Uint8Array): PageContent | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = number === 1 ? 100 : 0;
  const type = bytes[start] ?? 0;
  if (!pageTypes.includes(type)) return undefined;
  const count = view.getUint16(start + 3);
  const pointers = start + (type === indexInterior || type === tableInterior ? 12 : 8);
  if (pointers + count * 2 > bytes.length) return undefined;
  // Its rows are numbers of pages.
  if (type === tableInterior) return { records: [], unreadable: 0, goesOn: [] };
  const records: PageRecord[] = [];
  const goesOn: number[] = [];
  const reader: Reader = { pages, bytes, type, goesOn };
  for (let index = 0; index < count; index += 1) {
    const at = view.getUint16(pointers + index * 2);
    const record = at < pointers + count * 2 ? undefined : readCell(reader, at);
    if (record !== undefined) records.push(record);
  }
  return { records, unreadable: count - records.length, goesOn };
}

interface Reader {
  pages: Pages;
  bytes: Uint8Array;
  type: number;
  goesOn: number[];
}

function readCell(reader: Reader, at: number): PageRecord | undefined {
  const { bytes, type } = reader;
  try {
    const cursor = cursorOn(bytes, at + (type === indexInterior ? 4 : 0));
    const length = cursor.varint();
    const rowId = type === tableLeaf ? cursor.varint() : undefined;
    if (length > payloadLimit) return undefined;
    return { rowId, values: readRecord(payload(reader, cursor.at(), length)) };
  } catch {
    // Out of bounds, or no text: whatever it is, it is no row.
    return undefined;
  }
}

/** The bytes of a row: what is on its page, and the rest from the pages that it goes on. */
function payload({ pages, bytes, type, goesOn }: Reader, at: number, length: number): Uint8Array {
  const usable = pages.usableBytes;
  const most = type === tableLeaf ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return within(bytes, at, length);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  const here = fitting <= most ? fitting : least;
  const whole = new Uint8Array(length);
  whole.set(within(bytes, at, here));
  let next = numberAt(bytes, at + here);
  for (let done = here; done < length; ) {
    const [page] = pages.versions(next);
    goesOn.push(next);
    if (page === undefined) throw new RangeError('a row goes on on a page that is not there');
    const part = within(page, 4, Math.min(usable - 4, length - done));
    whole.set(part, done);
    done += part.length;
    next = numberAt(page, 0);
  }
  return whole;
}

function readRecord(bytes: Uint8Array): Value[] {
  const head = cursorOn(bytes, 0);
  const headBytes = head.varint();
  const types: number[] = [];
  while (head.at() < headBytes) types.push(head.varint());
  let at = headBytes;
  const values = types.map((type) => {
    const length = lengthOf(type);
    const value = readValue(within(bytes, at, length), type);
    at += length;
    return value;
  });
  if (at !== bytes.length) throw new RangeError('a row is longer than what it holds');
  return values;
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  const length = integerBytes[type];
  if (length === undefined) throw new RangeError('a kind of value that does not exist');
  return length;
}

function readValue(bytes: Uint8Array, type: number): Value {
  if (type >= 12) {
    // We keep no blobs.
    if (type % 2 === 0) throw new RangeError('a blob');
    return decoder.decode(bytes);
  }
  if (type === 0) return null;
  if (type >= 8) return type - 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 7) return view.getFloat64(0);
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return Number(BigInt.asIntN(bytes.length * 8, value));
}

function cursorOn(bytes: Uint8Array, from: number): { varint(): number; at(): number } {
  let at = from;
  return {
    at: () => at,
    varint() {
      let value = 0n;
      for (let index = 0; index < 9; index += 1) {
        const byte = bytes[at];
        if (byte === undefined) throw new RangeError('a number that is cut off');
        at += 1;
        if (index === 8) return Number(BigInt.asIntN(64, (value << 8n) | BigInt(byte)));
        value = (value << 7n) | BigInt(byte & 0x7f);
        if (byte < 0x80) break;
      }
      return Number(value);
    },
  };
}

function within(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (length < 0 || at < 0 || at + length > bytes.length) throw new RangeError('beyond the page');
  return bytes.subarray(at, at + length);
}

function numberAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}
