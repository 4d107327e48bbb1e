import { type Arbitrary, array, assert, constantFrom, nat, oneof, pre, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import type { Framer, FramerItem } from '#protocol/core/framer.ts';

export interface FramerUnderTest<Reason extends string> {
  create(): Framer<Reason>;
  /** Whole frames as they go over the wire. */
  frames: Arbitrary<Uint8Array>;
  /** Bytes that noise should have more of than chance gives: those that frames begin with, and the like. */
  tempting: readonly number[];
  /** The longest frame, less a byte. */
  holdsAtMost: number;
}

/** What every framer promises, whatever its protocol. */
export function framerContract<Reason extends string>(options: FramerUnderTest<Reason>): void {
  const { create, frames, tempting, holdsAtMost } = options;
  const noise = array(oneof(nat(255), constantFrom(...tempting)), { maxLength: 60 }).map((bytes) =>
    Uint8Array.from(bytes),
  );
  const half = frames.chain((frame) => nat(frame.length - 1).map((length) => frame.subarray(0, length)));
  const traffic = array(oneof(noise, half, frames), { maxLength: 8 }).map(concat);
  const cuts = array(nat(64), { minLength: 1 });

  test('gives back every frame that was written, whole and alone', () => {
    assert(
      property(frames, (frame) => {
        expect(whole(create(), frame)).toEqual([{ kind: 'frame', bytes: frame }]);
      }),
    );
  });

  test('finds the same frames and discards the same bytes for the same reasons, however the traffic is cut', () => {
    assert(
      property(traffic, cuts, (bytes, sizes) => {
        expect(perByte(inPieces(create(), bytes, sizes))).toEqual(perByte(whole(create(), bytes)));
      }),
    );
  });

  test('accounts for every byte of whatever comes, in order', () => {
    assert(
      property(oneof(traffic, uint8Array({ maxLength: 600 })), cuts, (bytes, sizes) => {
        expect(concat(inPieces(create(), bytes, sizes).map((item) => item.bytes))).toEqual(bytes);
      }),
    );
  });

  test('finds a frame behind any noise and behind half a frame, at the latest when the line falls silent', () => {
    assert(
      property(oneof(noise, half), frames, (before, frame) => {
        let at = 0;
        const placed = whole(create(), concat([before, frame])).map((item) => {
          at += item.bytes.length;
          return { item, at: at - item.bytes.length };
        });
        const found = placed.filter(({ item }) => item.kind === 'frame');
        // What begins in the noise and happens to be a frame, within it or with what comes, is one.
        pre(found.every((one) => one.at >= before.length));
        expect(found.map(({ item }) => item)).toEqual([{ kind: 'frame', bytes: frame }]);
      }),
    );
  });

  test(`never holds more than ${holdsAtMost} bytes`, () => {
    assert(
      property(traffic, cuts, (bytes, sizes) => {
        const framer = create();
        let pushed = 0;
        let told = 0;
        for (const piece of cut(bytes, sizes)) {
          pushed += piece.length;
          for (const item of framer.push(piece)) told += item.bytes.length;
          expect(pushed - told).toBeLessThanOrEqual(holdsAtMost);
          expect(framer.waiting()).toBe(pushed > told);
        }
      }),
    );
  });
}

/** `frame 14`, `no-start 3`: what became of the bytes, for golden tests. */
export function fates<Reason extends string>(items: readonly FramerItem<Reason>[]): string[] {
  return items.map((item) => `${fate(item)} ${item.bytes.length}`);
}

export function whole<Reason extends string>(framer: Framer<Reason>, bytes: Uint8Array): FramerItem<Reason>[] {
  return [...framer.push(bytes), ...framer.idle()];
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function inPieces<Reason extends string>(framer: Framer<Reason>, bytes: Uint8Array, sizes: readonly number[]) {
  return [...cut(bytes, sizes).flatMap((piece) => framer.push(piece)), ...framer.idle()];
}

/** Chunks of the given sizes, over and over. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function perByte<Reason extends string>(items: readonly FramerItem<Reason>[]): string[] {
  return items.flatMap((item) => Array<string>(item.bytes.length).fill(fate(item)));
}

function fate<Reason extends string>(item: FramerItem<Reason>): string {
  return item.kind === 'frame' ? 'frame' : item.reason;
}
