import { crc8 } from '#protocol/esp3/crc8.ts';
import { encodeMessage } from '#protocol/esp3/messages.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import type { Random } from '#protocol/core/time.ts';
import { openSlice } from '#test/real/sliceWorld.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import type { Part } from './part.ts';
import { pendants, pressOn, problemsOf, repeat, wordsOf } from './presses.ts';

/** ESP3 runs at 57,600 baud: ten bits a byte. */
const lineBytesPerSecond = 5_760;
const everyMs = 50;

const limits = {
  // What a path gets (B2.2); noise is no reason to be later.
  waitMs: 2_000,
  cpuPercent: 40,
  growthMiB: 24,
};

/** A press of each pendant that lives here, as the receiver hands it over. */
const presses: readonly Uint8Array[] = Array.from({ length: pendants }, (_, index) => {
  const sender = (0x00_2a_00_01 + index).toString(16).padStart(8, '0');
  const reception = { subTelegrams: 3, destination: 'ffffffff', signalDbm: -62, securityLevel: 0 };
  return encodeFrame(
    encodeMessage({
      type: 'radio',
      telegram: { rorg: 0xf6, payload: Uint8Array.of(0x30), sender, status: 0x30, reception },
    }),
  );
});

const pressOf = (random: Random): Uint8Array => presses[Math.floor(random() * presses.length)] ?? new Uint8Array();

const bytes = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => Math.floor(random() * 256));

/** The kinds of noise: what looks least and what looks most like somebody in need. */
const kinds: readonly ((random: Random) => Uint8Array)[] = [
  (random) => bytes(random, 64),
  // A press with one byte that is another.
  (random) => {
    const press = pressOf(random);
    const at = Math.floor(random() * press.length);
    return press.map((byte, index) => (index === at ? byte ^ (1 + Math.floor(random() * 255)) : byte));
  },
  // A press that breaks off.
  (random) => {
    const press = pressOf(random);
    return press.subarray(0, 1 + Math.floor(random() * (press.length - 1)));
  },
  // A header that is right, and a body that is not.
  (random) => {
    const header = Uint8Array.of(
      0,
      Math.floor(random() * 100),
      Math.floor(random() * 16),
      1 + Math.floor(random() * 10),
    );
    const body = bytes(random, (header[1] ?? 0) + (header[2] ?? 0));
    return Uint8Array.of(0x55, ...header, crc8(header), ...body, crc8(body) ^ (1 + Math.floor(random() * 255)));
  },
  // Nothing but begins.
  () => new Uint8Array(32).fill(0x55),
];

/** Nothing at the end of a piece waits for more: a press that follows it stands alone. */
const quietBytes = 64;

function noiseOf(random: Random, count: number): Buffer {
  const pieces: number[] = [];
  for (;;) {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? kinds[0];
    const piece = kind?.(random) ?? [];
    if (pieces.length + piece.length > count - quietBytes) break;
    pieces.push(...piece);
  }
  return Buffer.concat([Buffer.from(pieces), Buffer.alloc(count - pieces.length)]);
}

/**
 * A checksum of eight bits takes one in 256 broken telegrams for whole: half a press and what follows it, for instance.
 * Nobody could tell those from a press, so they are drawn again.
 */
function soundTelegram(noise: Buffer): boolean {
  for (let at = noise.indexOf(0x55); at !== -1; at = noise.indexOf(0x55, at + 1)) {
    const body = at + 6;
    const end = body + noise.readUInt16BE(Math.min(at + 1, noise.length - 2)) + (noise[at + 3] ?? 0);
    const isWhole = end < noise.length && crc8(noise, at + 1, at + 5) === noise[at + 5];
    if (isWhole && crc8(noise, body, end) === noise[end]) return true;
  }
  return false;
}

function createNoise(random: Random): (count: number) => Uint8Array {
  return (count) => {
    let drawn = noiseOf(random, count);
    while (soundTelegram(drawn)) drawn = noiseOf(random, count);
    return drawn;
  };
}

/** A receiver that sends noise as fast as its line goes, and presses within. */
export async function proveNoise(options: { lastsMs: number; seed: number }): Promise<Part> {
  const noise = createNoise(createSeededRandom(options.seed));
  const slice = await openSlice({ pendants });
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  let sentBytes = 0;
  const stop = repeat(everyMs, (tick) => {
    const due = Math.floor((tick * everyMs * lineBytesPerSecond) / 1_000) - sentBytes;
    slice.radio.write(noise(due));
    sentBytes += due;
  });
  const outcome = await pressOn(slice, hub, options.lastsMs);
  stop();
  return {
    rows: [{ trouble: `${sentBytes} bytes of noise at the speed of the line`, times: 1, came: wordsOf(outcome) }],
    wrong: problemsOf(outcome, limits),
  };
}
