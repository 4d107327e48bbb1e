import { describe, expect, test } from 'vitest';
import { packetTypes } from './constants.ts';
import { decodeMessage, encodeMessage, type Message } from './messages.ts';
import { createParser } from './parser.ts';
import { decodeProfile, encodeProfile, type ProfileEvent } from './profiles.ts';
import { decodeIdBase, decodeVersion } from './responses.ts';
import { encodeFrame } from './writer.ts';

/**
 * Bytes that others sent or published, against our idea of them. Spaces part header, data, optional data and checksum.
 */

describe('a telegram recorded from a real device, or published by others', () => {
  test.each<[name: string, hex: string, profile: string, sender: string, signalDbm: number, event: ProfileEvent]>([
    // Recorded from devices; published in the tests of the Python library "enocean".
    [
      'rocker, BI pressed',
      '55 0007 07 01 7A  F6 50 00298979 30  01 FFFFFFFF 37 00  9D',
      'F6-02-01',
      '00298979',
      -55,
      { event: 'pressed', button: 'BI' },
    ],
    [
      'rocker released, heard twice',
      '55 0007 07 01 7A  F6 00 00298979 20  02 FFFFFFFF 4A 00  03',
      'F6-02-01',
      '00298979',
      -74,
      { event: 'released' },
    ],
    [
      'window opened',
      '55 0007 07 01 7A  D5 08 01825DAB 00  01 FFFFFFFF 36 00  53',
      'D5-00-01',
      '01825dab',
      -54,
      { event: 'contact', open: true },
    ],
    [
      'window closed',
      '55 0007 07 01 7A  D5 09 01825DAB 00  01 FFFFFFFF 36 00  C7',
      'D5-00-01',
      '01825dab',
      -54,
      { event: 'contact', open: false },
    ],
    [
      'temperature sensor of maker 70 teaching itself in, heard as any other 4BS device is',
      '55 000A 07 01 EB  A5 08284680 018A7B30 00  01 FFFFFFFF 49 00  26',
      'A5-07-01',
      '018a7b30',
      -73,
      { event: 'teach-in', taught: { profile: 'A5-02-05', manufacturer: 70 } },
    ],
    // Test vectors of the home automation system Domoticz.
    [
      'contact teaching itself in',
      '55 0007 07 01 7A  D5 00 01D50001 00  00 FFFFFFFF 29 00  83',
      'D5-00-01',
      '01d50001',
      -41,
      { event: 'teach-in' },
    ],
    [
      'occupancy sensor A5-07-01 teaching itself in',
      '55 000A 07 01 EB  A5 1C080080 01A50701 00  00 FFFFFFFF 29 00  FD',
      'A5-07-01',
      '01a50701',
      -41,
      { event: 'teach-in', taught: { profile: 'A5-07-01', manufacturer: 0 } },
    ],
    [
      'nobody there, supply not told',
      '55 000A 07 01 EB  A5 00007F08 01A50701 00  00 FFFFFFFF 29 00  D2',
      'A5-07-01',
      '01a50701',
      -41,
      { event: 'occupancy', occupied: false },
    ],
    [
      'somebody there, supply not told',
      '55 000A 07 01 EB  A5 00008008 01A50701 00  00 FFFFFFFF 29 00  E2',
      'A5-07-01',
      '01a50701',
      -41,
      { event: 'occupancy', occupied: true },
    ],
    [
      'nobody there, 2.5 V',
      '55 000A 07 01 EB  A5 7D000009 01A50701 00  00 FFFFFFFF 29 00  55',
      'A5-07-01',
      '01a50701',
      -41,
      { event: 'occupancy', occupied: false, supplyVolts: 2.5 },
    ],
    [
      'nobody there, 5 V',
      '55 000A 07 01 EB  A5 FA000008 01A50702 00  00 FFFFFFFF 29 00  43',
      'A5-07-02',
      '01a50702',
      -41,
      { event: 'occupancy', occupied: false, supplyVolts: 5 },
    ],
    [
      'somebody there in the dark',
      '55 000A 07 01 EB  A5 00000088 01A50703 00  00 FFFFFFFF 29 00  38',
      'A5-07-03',
      '01a50703',
      -41,
      { event: 'occupancy', occupied: true, supplyVolts: 0, illuminationLux: 0 },
    ],
    [
      'nobody there at 500 lx',
      '55 000A 07 01 EB  A5 007D0008 01A50703 00  00 FFFFFFFF 29 00  35',
      'A5-07-03',
      '01a50703',
      -41,
      { event: 'occupancy', occupied: false, supplyVolts: 0, illuminationLux: 500 },
    ],
  ])('is understood: %s', (_, hex, profile, sender, signalDbm, event) => {
    const message = read(hex);
    expect(message).toMatchObject({ type: 'radio', telegram: { sender, reception: { signalDbm } } });
    expect(message.type === 'radio' && decodeProfile(profile, message.telegram)).toEqual({ ok: true, value: event });
    expect(encodeFrame(encodeMessage(message))).toEqual(bytesOf(hex));
  });
});

/** Payload and status byte, as the equipment profiles (EEP 2.6) lay them down. */
test.each<[profile: string, event: ProfileEvent, payload: string, status: number]>([
  ['F6-02-01', { event: 'pressed', button: 'AI' }, '10', 0x30],
  ['F6-02-01', { event: 'pressed', button: 'A0' }, '30', 0x30],
  ['F6-02-01', { event: 'pressed', button: 'BI' }, '50', 0x30],
  ['F6-02-01', { event: 'pressed', button: 'B0' }, '70', 0x30],
  ['F6-02-01', { event: 'pressed', button: 'A0', second: 'B0' }, '37', 0x30],
  ['F6-02-01', { event: 'pressed', button: 'several' }, '70', 0x20],
  ['F6-02-01', { event: 'released' }, '00', 0x20],
  ['F6-01-01', { event: 'pressed', button: 'push' }, '10', 0x20],
  ['F6-01-01', { event: 'released' }, '00', 0x20],
  ['F6-05-02', { event: 'smoke' }, '10', 0],
  ['F6-05-02', { event: 'smoke-over' }, '00', 0],
  ['F6-05-02', { event: 'battery-low' }, '30', 0],
  ['D5-00-01', { event: 'contact', open: false }, '09', 0],
  ['A5-07-01', { event: 'occupancy', occupied: true, supplyVolts: 3 }, '9600FF09', 0],
  ['A5-07-03', { event: 'occupancy', occupied: true, supplyVolts: 3, illuminationLux: 1000 }, '96FA0088', 0],
  ['A5-07-03', { event: 'occupancy', occupied: false }, 'FBFA4008', 0],
  ['A5-07-03', { event: 'teach-in', taught: { profile: 'A5-07-03', manufacturer: 0x7ff } }, '1C1FFF80', 0],
  ['F6-02-01', { event: 'battery', chargePercent: 85 }, '0655', 0],
])('an event has the bits that its profile lays down: %s %j', (profile, event, payload, status) => {
  expect(encodeProfile(profile, event)).toMatchObject({ value: { payload: bytesOf(payload), status } });
});

describe('an answer recorded from a real module', () => {
  test('tells the versions of a USB 300', () => {
    // Recorded from a USB 300; published in a driver's tests.
    const message = read(
      '55 0021 00 02 26  00 020A0000 02050000 019944E6 454F0103 4741544557415943 54524C0000000000  EB',
    );
    expect(message.type === 'response' && decodeVersion(message)).toEqual({
      ok: true,
      value: {
        appVersion: '2.10.0.0',
        apiVersion: '2.5.0.0',
        chipId: '019944e6',
        chipVersion: '454f0103',
        appDescription: 'GATEWAYCTRL',
      },
    });
  });

  test('tells the base id and how often it may still be changed', () => {
    // Published in the tests of the Python library "enocean"; its base id contains a sync byte.
    const message = read('55 0005 01 02 DB  00 FF9E5500  0A  79');
    expect(message.type === 'response' && decodeIdBase(message)).toEqual({
      ok: true,
      value: { baseId: 'ff9e5500', remainingWrites: 10 },
    });
  });

  test('tells the base id without the remaining changes, as old firmware does', () => {
    // ESP3, examples of RESPONSE.
    const message = read('55 0005 00 02 CE  00 FF800000  DA');
    expect(message.type === 'response' && decodeIdBase(message)).toEqual({ ok: true, value: { baseId: 'ff800000' } });
  });
});

test.each<[name: string, hex: string, message: Message]>([
  // ESP3, examples of COMMON_COMMAND.
  ['reset', '55 0001 00 05 70  02  0E', { type: 'command', command: { command: 'write-reset' } }],
  ['read base id', '55 0001 00 05 70  08  38', { type: 'command', command: { command: 'read-id-base' } }],
  [
    'sleep',
    '55 0005 00 05 DB  01 0000000A  54',
    {
      type: 'command',
      command: { command: 'other', code: 1, data: Uint8Array.of(0, 0, 0, 10), optional: new Uint8Array(0) },
    },
  ],
  // Published in the tests of the Python library "enocean".
  [
    'event: reclaim not successful',
    '55 0001 00 04 77  01  07',
    { type: 'event', code: 1, data: new Uint8Array(0), optional: new Uint8Array(0) },
  ],
])('a packet from the examples is read and written: %s', (_, hex, message) => {
  expect(read(hex)).toEqual(message);
  expect(encodeFrame(encodeMessage(message))).toEqual(bytesOf(hex));
});

test.each([
  // ESP3, examples of RADIO_ERP1 and REMOTE_MAN_COMMAND.
  [packetTypes.radioErp1, '55 000F 07 01 2B  D2 DDDDDDDDDDDDDDDDDD 008035C4 00  03 FFFFFFFF 4D 00  36'],
  [packetTypes.remoteManagementCommand, '55 000C 00 07 EF  0004 07FF FFFFFFFF 00000000  65'],
])('a packet of type %i from the examples has sound checksums', (packetType, hex) => {
  expect(createParser().push(bytesOf(hex))).toMatchObject([{ kind: 'frame', packetType, bytes: bytesOf(hex) }]);
});

function read(hex: string): Message {
  const [item] = createParser().push(bytesOf(hex));
  if (item?.kind !== 'frame') throw new Error(`no packet: ${hex}`);
  const message = decodeMessage(item);
  if (!message.ok) throw new Error(message.problem.message);
  return message.value;
}

function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(' ', '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}
