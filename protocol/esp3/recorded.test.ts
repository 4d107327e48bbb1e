import { expect, test } from 'vitest';
import { decodeMessage } from './messages.ts';
import { createParser } from './parser.ts';
import { decodeProfile, isProfileName, type ProfileEvent, profiles } from './profiles.ts';
import { writeId } from './radioId.ts';
import { encodeFrame } from './writer.ts';

/**
 * Telegrams of devices that somebody bought and listened to, as published in the named thread. Some published the whole
 * packet; of others the log has data and optional data, and the frame around them is made here.
 */
interface Recording {
  device: string;
  /** Where it was published, on GitHub. */
  origin: string;
  profile: string;
  data: string;
  optional: string;
  /** The last byte of the packet as published. */
  checksum?: number;
  event: ProfileEvent;
}

const shutterSwitch = { device: 'roller shutter switch', origin: 'fruggy83/openocean#96', profile: 'F6-02-01' };
const occupancySensor = { origin: 'ChristopheHD/HA_enoceanmqtt-addon', profile: 'A5-07-01' };

const recordings: readonly Recording[] = [
  {
    ...shutterSwitch,
    data: 'F6 50 002BB02F 30',
    optional: '00 FFFFFFFF 2D 00',
    checksum: 0xb7,
    event: { event: 'pressed', button: 'BI' },
  },
  {
    ...shutterSwitch,
    data: 'F6 70 002BB02F 30',
    optional: '00 FFFFFFFF 2D 00',
    checksum: 0x49,
    event: { event: 'pressed', button: 'B0' },
  },
  {
    ...shutterSwitch,
    data: 'F6 00 002BB02F 20',
    optional: '00 FFFFFFFF 2D 00',
    checksum: 0x04,
    event: { event: 'released' },
  },
  {
    device: 'NodOn CRC-2-6-03, a remote control',
    origin: 'openhab/openhab1-addons#5353',
    profile: 'F6-02-01',
    data: 'F6 00 002B3FE1 20',
    optional: '01 FFFFFFFF 36 00',
    // The log has this checksum in decimal, as only that reading is the packet's, and all else in hex.
    checksum: 63,
    event: { event: 'released' },
  },
  {
    device: 'a mains-powered transmitter of somebody there, without a battery to tell',
    ...occupancySensor,
    origin: `${occupancySensor.origin}#108`,
    data: 'A5 0000FF08 05A0661B 80',
    optional: '01 FFFFFFFF 4E 00',
    event: { event: 'occupancy', occupied: true },
  },
  {
    device: 'a movement sensor that tells its supply',
    ...occupancySensor,
    origin: `${occupancySensor.origin}#21`,
    data: 'A5 C91EFF0B 018524EA 80',
    optional: '01 FFFFFFFF 56 00',
    event: { event: 'occupancy', occupied: true, supplyVolts: 4.02 },
  },
];

test.each(recordings)('what $device sent is understood ($origin: $data)', (recording) => {
  const bytes = encodeFrame({ packetType: 1, data: bytesOf(recording.data), optional: bytesOf(recording.optional) });
  const { checksum = bytes.at(-1) } = recording;
  expect(bytes.at(-1)).toBe(checksum);
  const [frame] = createParser().push(bytes);
  if (frame?.kind !== 'frame') throw new Error('it is no packet');
  const message = decodeMessage(frame);
  if (!message.ok || message.value.type !== 'radio') throw new Error('it is no telegram');
  const { telegram } = message.value;
  expect(bytesOf(recording.data).slice(-5, -1)).toEqual(Uint8Array.from(writeId(telegram.sender)));
  expect(decodeProfile(recording.profile, telegram)).toEqual({ ok: true, value: recording.event });
});

test('profiles of which no recording is published in whole, here or in the golden bytes, are named', () => {
  const recorded = new Set([...recordings.map(({ profile }) => profile), 'D5-00-01']);
  expect(Object.keys(profiles).filter((name) => isProfileName(name) && !recorded.has(name))).toEqual([
    'A5-07-02',
    'A5-07-03',
    'F6-01-01',
    'F6-05-02',
  ]);
});

function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(' ', '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}
