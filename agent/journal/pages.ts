import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { readLogFile } from './logFile.ts';
import { pageBytes as usualPageBytes } from './schema.ts';

/** A header that tells of more than so many times the pages that are there is not believed. */
const tellableTimes = 4;

/** The pages of a database and of its log, read without SQLite: whatever is damaged stands in the way of itself alone. */
export interface Pages {
  count: number;
  /** What can be used of a page, in bytes. */
  usableBytes: number;
  /** The page as it was last committed, then as it was before, as far as that is there. */
  versions(page: number): Generator<Uint8Array>;
  /** Whether whoever opens the file with SQLite would miss commits that the log has. */
  logIsDamaged: boolean;
  close(): void;
}

/** Opens the pages of a journal; what is missing or cannot be read has none. */
export function openPages(file: string): Pages {
  const log = attempt(() => readLogFile(`${file}-wal`));
  // Behind the first bad frame lies, after a power cut, the one commit that was under way: only more of them are damage.
  const logIsDamaged = log === undefined || log.commitsBehind > 1;
  const frames = [...(log?.taken ?? []), ...(logIsDamaged ? (log?.behind ?? []) : [])];
  const inLog = new Map<number, Uint8Array[]>();
  for (const { page, bytes } of frames) inLog.set(page, [bytes, ...(inLog.get(page) ?? [])]);
  const descriptor = attempt(() => (existsSync(file) ? openSync(file, 'r') : undefined));
  const fileBytes = descriptor === undefined ? 0 : (attempt(() => statSync(file).size) ?? 0);
  const pageBytes = frames[0]?.bytes.length ?? (descriptor === undefined ? undefined : pageBytesOf(descriptor));
  const size = pageBytes ?? usualPageBytes;

  function readPage(page: number): Uint8Array | undefined {
    if (descriptor === undefined) return undefined;
    const bytes = Buffer.alloc(size);
    const length = attempt(() => readSync(descriptor, bytes, 0, size, (page - 1) * size)) ?? 0;
    return length === size ? bytes : undefined;
  }

  const [first] = inLog.get(1) ?? [];
  const header = first ?? readPage(1);
  const told = header === undefined ? 0 : Buffer.from(header).readUInt32BE(28);
  const seen = Math.max(Math.ceil(fileBytes / size), ...inLog.keys());

  return {
    // What the header tells counts where the file was cut off; but it may be damaged itself.
    count: told < seen * tellableTimes ? Math.max(told, seen) : seen,
    usableBytes: size,
    *versions(page) {
      yield* inLog.get(page) ?? [];
      const bytes = readPage(page);
      if (bytes !== undefined) yield bytes;
    },
    logIsDamaged,
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

function pageBytesOf(descriptor: number): number | undefined {
  const header = Buffer.alloc(100);
  const length = attempt(() => readSync(descriptor, header, 0, 100, 0)) ?? 0;
  const bytes = length === 100 ? header.readUInt16BE(16) : 0;
  return [512, 1_024, 2_048, 4_096, 8_192].includes(bytes) ? bytes : undefined;
}

/** A disk that cannot be read has nothing to give. */
function attempt<Outcome>(read: () => Outcome): Outcome | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
