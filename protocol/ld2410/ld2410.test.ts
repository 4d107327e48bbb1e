import { constantFrom, oneof, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fates, framerContract, whole } from '#test/framerContract.ts';
import { hexBytes } from '#test/hexBytes.ts';
import { dataLengthLimit, type FrameKind } from './frame.ts';
import { createRadarFramer } from './framer.ts';
import { encodeReport } from './report.ts';
import { encodeFrame } from './writer.ts';

const frames = tuple(
  constantFrom<FrameKind>('report', 'command'),
  oneof(uint8Array({ minLength: 1, maxLength: 24 }), uint8Array({ minLength: 64, maxLength: 64 })),
).map(([kind, data]) => encodeFrame({ kind, data }));

const report = encodeFrame(
  encodeReport({
    state: 'moving',
    moving: { distanceCm: 81, energy: 60 },
    still: { distanceCm: 0, energy: 0 },
    distanceCm: 81,
  }),
);

describe('the framer of the radar', () => {
  framerContract({
    create: createRadarFramer,
    frames,
    tempting: [0xf4, 0xf3, 0xf2, 0xf1, 0xfd, 0xfc, 0xfb, 0xfa, 0, 13, 4],
    holdsAtMost: 73,
  });

  test.each([
    ['a broken header', report.with(2, 0), ['no-header 2', 'no-start 21']],
    ['another trailer', report.with(20, 0), ['no-trailer 23']],
    ['a header inside a header', concat([report.subarray(0, 2), report]), ['no-header 2', 'frame 23']],
    ['no data', hexBytes('FDFCFBFA 0000 04030201'), ['bad-length 6', 'no-start 4']],
    ['half of it', report.subarray(0, 12), ['half-frame 12']],
    ['half of it before a whole one', concat([report.subarray(0, 12), report]), ['no-trailer 12', 'frame 23']],
    ['only noise', Uint8Array.of(0, 0xff, 0x55), ['no-start 3']],
  ])('tells why it was none: %s', (_, bytes, expected) => {
    expect(fates(whole(createRadarFramer(), bytes))).toEqual(expected);
  });

  test(`reads ${dataLengthLimit} bytes of data and does not wait for more`, () => {
    const longest = encodeFrame({ kind: 'command', data: new Uint8Array(dataLengthLimit) });
    expect(fates(createRadarFramer().push(longest))).toEqual(['frame 74']);
    expect(fates(createRadarFramer().push(longest.with(4, dataLengthLimit + 1).subarray(0, 6)))).toEqual([
      'bad-length 6',
    ]);
  });
});

test.each([0, dataLengthLimit + 1])('a frame with %i bytes of data is not written', (length) => {
  expect(() => encodeFrame({ kind: 'command', data: new Uint8Array(length) })).toThrow('1 to 64 bytes');
});
