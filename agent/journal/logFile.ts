import { existsSync, readFileSync } from 'node:fs';

/** SQLite's write-ahead log, as https://sqlite.org/fileformat2.html#walformat has it. */
const headerBytes = 32;
const frameHeaderBytes = 24;
/** A disk writes whole sectors of so many bytes, and nothing larger as one. */
const sectorBytes = 512;
const magicLittle = 0x37_7f_06_82;
const magicBig = 0x37_7f_06_83;

/** A page as the log has it. */
export interface Frame {
  page: number;
  bytes: Uint8Array;
  /** The last of its commit. */
  commits: boolean;
}

export interface LogFile {
  /** Those that SQLite takes: all up to the first that is not sound, whole commits only. Oldest first. */
  taken: readonly Frame[];
  /** Sound ones behind that, which SQLite drops in silence. */
  behind: readonly Frame[];
  /** Commits behind the first that is not sound, sound or not. */
  commitsBehind: number;
}

const empty: LogFile = { taken: [], behind: [], commitsBehind: 0 };

interface Checked extends Frame {
  isSound: boolean;
}

/**
 * Reads the log beside a database. SQLite ends at the first frame whose checksum is wrong and says nothing, for it takes
 * that for the one commit that a power cut left half written. Each checksum goes on from the one before it as it is
 * written down, so the frames behind a damaged one can be checked too.
 *
 * Throws what reading throws.
 */
export function readLogFile(file: string): LogFile {
  if (!existsSync(file)) return empty;
  const bytes = readFileSync(file);
  if (bytes.length < headerBytes) return empty;
  const magic = bytes.readUInt32BE(0);
  const pageBytes = bytes.readUInt32BE(8);
  if ((magic !== magicLittle && magic !== magicBig) || pageBytes < 512 || pageBytes > 65_536) return empty;
  const frames = checkFrames(bytes, pageBytes, magic === magicLittle);
  const firstBad = frames.findIndex(({ isSound }) => !isSound);
  const sound = firstBad < 0 ? frames : frames.slice(0, firstBad);
  const rest = frames.slice(sound.length);
  return {
    taken: upToLastCommit(sound),
    behind: upToLastCommit(rest.filter(({ isSound }) => isSound)),
    commitsBehind: rest.filter(({ commits }) => commits).length,
  };
}

function upToLastCommit(frames: readonly Frame[]): Frame[] {
  return frames.slice(0, frames.findLastIndex(({ commits }) => commits) + 1);
}

/** Every frame of this round of the log: those of former rounds have other salts. */
function checkFrames(bytes: Buffer, pageBytes: number, isLittle: boolean): Checked[] {
  const salts = bytes.subarray(16, 24);
  const frames: Checked[] = [];
  let before: Sums = [bytes.readUInt32BE(24), bytes.readUInt32BE(28)];
  for (let at = headerBytes; at + frameHeaderBytes + pageBytes <= bytes.length; at += frameHeaderBytes + pageBytes) {
    const page = bytes.subarray(at + frameHeaderBytes, at + frameHeaderBytes + pageBytes);
    const stored: Sums = [bytes.readUInt32BE(at + 16), bytes.readUInt32BE(at + 20)];
    const sums = addUp(page, addUp(bytes.subarray(at, at + 8), before, isLittle), isLittle);
    const isOfThisRound = salts.equals(bytes.subarray(at + 8, at + 16));
    const isSound = isOfThisRound && sums[0] === stored[0] && sums[1] === stored[1];
    // Of a header that a power cut tore, one part may be a former round's: then its word for a commit is nobody's.
    const isWhole = isSound || !isSplit(at);
    const commits = isOfThisRound && isWhole && bytes.readUInt32BE(at + 4) !== 0;
    frames.push({ page: bytes.readUInt32BE(at), bytes: page, commits, isSound });
    before = stored;
  }
  return frames;
}

/** Whether two sectors of the disk hold what a frame's header says: its commit, and behind that its salts. */
function isSplit(at: number): boolean {
  return Math.floor((at + 4) / sectorBytes) !== Math.floor((at + 15) / sectorBytes);
}

type Sums = readonly [number, number];

function addUp(bytes: Buffer, [first, second]: Sums, isLittle: boolean): Sums {
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + b) >>> 0;
    b = (b + (isLittle ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
