import { describe, expect, test } from 'vitest';
import { hexBytes } from '#test/hexBytes.ts';
import {
  decodeAcknowledgement,
  decodeFirmware,
  decodeParameters,
  encodeAcknowledgement,
  encodeFirmware,
  encodeParameters,
} from './acknowledgements.ts';
import { type Command, decodeCommand, encodeCommand } from './commands.ts';
import type { Frame } from './frame.ts';
import { createRadarFramer, frameIn } from './framer.ts';
import { decodeReport, encodeReport, type Report } from './report.ts';
import { encodeFrame } from './writer.ts';

/** Bytes that others sent or published, against our idea of them. */

function frameOf(hex: string): Frame {
  const [item] = createRadarFramer().push(hexBytes(hex));
  if (item?.kind !== 'frame') throw new Error(`no frame: ${hex}`);
  return frameIn(item.bytes);
}

describe('a report recorded from a real module, or published by its maker', () => {
  test.each<[name: string, hex: string, report: Report]>([
    [
      // LD2410 protocol, 2.3.2.
      'the manual, somebody at rest',
      'F4F3F2F1 0D00 02AA 02 5100 00 0000 3B 0000 5500 F8F7F6F5',
      { state: 'still', moving: { distanceCm: 81, energy: 0 }, still: { distanceCm: 0, energy: 59 }, distanceCm: 0 },
    ],
    [
      // Recorded; published with the driver in Tasmota.
      'nobody, with an echo left',
      'F4F3F2F1 0D00 02AA 00 4500 3E 0000 3A 0000 5500 F8F7F6F5',
      { state: 'none', moving: { distanceCm: 69, energy: 62 }, still: { distanceCm: 0, energy: 58 }, distanceCm: 0 },
    ],
    [
      'somebody moving and at rest',
      'F4F3F2F1 0D00 02AA 03 4600 34 0000 3C 0000 5500 F8F7F6F5',
      {
        state: 'moving-and-still',
        moving: { distanceCm: 70, energy: 52 },
        still: { distanceCm: 0, energy: 60 },
        distanceCm: 0,
      },
    ],
    [
      'somebody at rest at 150 cm',
      'F4F3F2F1 0D00 02AA 02 9600 00 0000 36 0000 5500 F8F7F6F5',
      { state: 'still', moving: { distanceCm: 150, energy: 0 }, still: { distanceCm: 0, energy: 54 }, distanceCm: 0 },
    ],
    [
      // Recorded; published with shabaz's tool for the module.
      'somebody before it',
      'F4F3F2F1 0D00 02AA 03 4F00 64 4C00 64 3200 5500 F8F7F6F5',
      {
        state: 'moving-and-still',
        moving: { distanceCm: 79, energy: 100 },
        still: { distanceCm: 76, energy: 100 },
        distanceCm: 50,
      },
    ],
    [
      // Recorded from a newer module; published in the tests of a Bluetooth tool.
      'nobody, by newer firmware',
      'F4F3F2F1 0D00 02AA 00 C401 00 DD01 24 D301 5500 F8F7F6F5',
      {
        state: 'none',
        moving: { distanceCm: 452, energy: 0 },
        still: { distanceCm: 477, energy: 36 },
        distanceCm: 467,
      },
    ],
    [
      // LD2410B protocol, 2.3.2, with the light and the output of newer firmware behind.
      'the manual, in engineering mode',
      'F4F3F2F1 2300 01AA 03 1E00 3C 0000 39 0000 08 08 3C2205030304030605 000039101306060804 6001 5500 F8F7F6F5',
      {
        state: 'moving-and-still',
        moving: { distanceCm: 30, energy: 60 },
        still: { distanceCm: 0, energy: 57 },
        distanceCm: 0,
        engineering: {
          farthestMovingGate: 8,
          farthestStillGate: 8,
          movingEnergies: [60, 34, 5, 3, 3, 4, 3, 6, 5],
          stillEnergies: [0, 0, 57, 16, 19, 6, 6, 8, 4],
          rest: Uint8Array.of(0x60, 1),
        },
      },
    ],
    [
      // Recorded; published with the driver in Tasmota.
      'nobody, in engineering mode',
      'F4F3F2F1 2300 01AA 00 1E00 00 1E00 0D 0000 08 08 130E07020507030405 00000D060505050505 6200 5500 F8F7F6F5',
      {
        state: 'none',
        moving: { distanceCm: 30, energy: 0 },
        still: { distanceCm: 30, energy: 13 },
        distanceCm: 0,
        engineering: {
          farthestMovingGate: 8,
          farthestStillGate: 8,
          movingEnergies: [19, 14, 7, 2, 5, 7, 3, 4, 5],
          stillEnergies: [0, 0, 13, 6, 5, 5, 5, 5, 5],
          rest: Uint8Array.of(0x62, 0),
        },
      },
    ],
  ])('is understood and written the same: %s', (_, hex, report) => {
    expect(decodeReport(frameOf(hex))).toEqual({ ok: true, value: report });
    expect(encodeFrame(encodeReport(report))).toEqual(hexBytes(hex));
  });
});

/** The examples of the makers' protocols, 2.2. */
test.each<[hex: string, command: Command]>([
  ['FDFCFBFA 0400 FF00 0100 04030201', { command: 'enable-configuration' }],
  ['FDFCFBFA 0200 FE00 04030201', { command: 'end-configuration' }],
  [
    'FDFCFBFA 1400 6000 0000 08000000 0100 08000000 0200 05000000 04030201',
    { command: 'set-limits', farthestMovingGate: 8, farthestStillGate: 8, noOneSeconds: 5 },
  ],
  ['FDFCFBFA 0200 6100 04030201', { command: 'read-parameters' }],
  ['FDFCFBFA 0200 6200 04030201', { command: 'engineering-on' }],
  ['FDFCFBFA 0200 6300 04030201', { command: 'engineering-off' }],
  [
    'FDFCFBFA 1400 6400 0000 03000000 0100 28000000 0200 28000000 04030201',
    { command: 'set-sensitivity', gate: 3, moving: 40, still: 40 },
  ],
  [
    'FDFCFBFA 1400 6400 0000 FFFF0000 0100 28000000 0200 28000000 04030201',
    { command: 'set-sensitivity', gate: 'all', moving: 40, still: 40 },
  ],
  ['FDFCFBFA 0200 A000 04030201', { command: 'read-firmware' }],
  ['FDFCFBFA 0400 A100 0700 04030201', { command: 'set-baud-rate', baudRate: 256_000 }],
  ['FDFCFBFA 0200 A200 04030201', { command: 'factory-reset' }],
  ['FDFCFBFA 0200 A300 04030201', { command: 'restart' }],
  // The radio of newer modules, of which this product makes no use.
  ['FDFCFBFA 0400 A400 0100 04030201', { command: 'other', word: 0xa4, value: Uint8Array.of(1, 0) }],
])('a command from the manual is read and written: %s', (hex, command) => {
  expect(decodeCommand(frameOf(hex))).toEqual({ ok: true, value: command });
  expect(encodeFrame(encodeCommand(command))).toEqual(hexBytes(hex));
});

describe('an acknowledgement from the manual, or recorded from a real module', () => {
  test.each([
    ['FDFCFBFA 0800 FF01 0000 0100 4000 04030201', { word: 0xff, success: true, value: Uint8Array.of(1, 0, 64, 0) }],
    ['FDFCFBFA 0400 6001 0000 04030201', { word: 0x60, success: true, value: new Uint8Array(0) }],
    ['FDFCFBFA 0400 6401 0100 04030201', { word: 0x64, success: false, value: new Uint8Array(0) }],
  ])('says of which command, and whether it was done: %s', (hex, acknowledgement) => {
    expect(decodeAcknowledgement(frameOf(hex))).toEqual({ ok: true, value: acknowledgement });
    expect(encodeFrame(encodeAcknowledgement(acknowledgement))).toEqual(hexBytes(hex));
  });

  test.each([
    // LD2410 protocol, 2.2.8, and recorded by the driver in Tasmota.
    ['FDFCFBFA 0C00 A001 0000 0001 0701 16150922 04030201', 'V1.07.22091516'],
    // LD2410B protocol; published in the tests of the Python library "aio-ld2410". The type is another.
    ['FDFCFBFA 0C00 A001 0000 0000 0201 16240622 04030201', 'V1.02.22062416'],
  ])('tells the firmware: %s', (hex, version) => {
    const acknowledgement = decodeAcknowledgement(frameOf(hex));
    expect(acknowledgement.ok && decodeFirmware(acknowledgement.value)).toEqual({ ok: true, value: { version } });
    // The first two bytes are a type, of which nothing is said.
    expect(encodeFirmware({ version }).slice(2)).toEqual(hexBytes(hex).slice(12, 18));
  });

  test.each([
    // LD2410 protocol, 2.2.4.
    [
      'FDFCFBFA 1C00 6101 0000 AA 08 08 08 141414141414141414 191919191919191919 0500 04030201',
      [20, 20, 20, 20, 20, 20, 20, 20, 20],
      [25, 25, 25, 25, 25, 25, 25, 25, 25],
    ],
    // Recorded from a module as its maker left it; published with the driver in Tasmota.
    [
      'FDFCFBFA 1C00 6101 0000 AA 08 08 08 3232281E140F0F0F0F 000028281E1E141414 0500 04030201',
      [50, 50, 40, 30, 20, 15, 15, 15, 15],
      [0, 0, 40, 40, 30, 30, 20, 20, 20],
    ],
  ])('tells the parameters: %s', (hex, movingSensitivities, stillSensitivities) => {
    const parameters = {
      farthestMovingGate: 8,
      farthestStillGate: 8,
      movingSensitivities,
      stillSensitivities,
      noOneSeconds: 5,
    };
    const acknowledgement = decodeAcknowledgement(frameOf(hex));
    expect(acknowledgement.ok && decodeParameters(acknowledgement.value)).toEqual({ ok: true, value: parameters });
    expect(acknowledgement.ok && encodeParameters(parameters)).toEqual(
      acknowledgement.ok && acknowledgement.value.value,
    );
  });
});

describe('what no module says is a problem, not a report', () => {
  test.each([
    ['a state over 3', 'F4F3F2F1 0D00 02AA 83 5100 00 0000 3B 0000 5500 F8F7F6F5', 'unknown-value'],
    ['an energy over 100', 'F4F3F2F1 0D00 02AA 02 5100 80 0000 3B 0000 5500 F8F7F6F5', 'unknown-value'],
    ['another head', 'F4F3F2F1 0D00 022A 02 5100 00 0000 3B 0000 5500 F8F7F6F5', 'unknown-value'],
    ['another tail', 'F4F3F2F1 0D00 02AA 02 5100 00 0000 3B 0000 D500 F8F7F6F5', 'unknown-value'],
    ['another type', 'F4F3F2F1 0D00 03AA 02 5100 00 0000 3B 0000 5500 F8F7F6F5', 'unknown-value'],
    ['too few bytes', 'F4F3F2F1 0400 02AA 5500 F8F7F6F5', 'wrong-length'],
    ['too few for its gates', 'F4F3F2F1 0D00 01AA 02 5100 00 0000 3B 0000 5500 F8F7F6F5', 'wrong-length'],
    ['a command', 'FDFCFBFA 0200 FE00 04030201', 'wrong-length'],
  ])('%s', (_, hex, code) => {
    expect(decodeReport(frameOf(hex))).toMatchObject({ ok: false, problem: { code } });
  });

  test('nor is a command with parameters other than its own', () => {
    expect(decodeCommand(frameOf('FDFCFBFA 0200 6000 04030201'))).toMatchObject({ ok: false });
    expect(decodeCommand(frameOf('FDFCFBFA 0400 A100 0900 04030201'))).toMatchObject({ ok: false });
    expect(decodeCommand(frameOf('F4F3F2F1 0200 6000 F8F7F6F5'))).toMatchObject({ ok: false });
  });

  test('nor is a command an acknowledgement, or one that is too short for what it should tell', () => {
    expect(decodeAcknowledgement(frameOf('FDFCFBFA 0400 FF00 0100 04030201'))).toMatchObject({ ok: false });
    const empty = { word: 0x61, success: true, value: new Uint8Array(0) };
    expect([decodeFirmware(empty), decodeParameters(empty)]).toMatchObject([{ ok: false }, { ok: false }]);
  });
});
