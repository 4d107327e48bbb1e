import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

const frontOf = (front: unknown) => {
  const read = readConfiguration({ ...least, front });
  return read.ok ? read.value.front : read.problem.map(({ message }) => message);
};

test('each part of the front may be left out', () => {
  expect(frontOf({})).toEqual({});
  expect(frontOf({ sounds: {} })).toEqual({ sounds: { device: 'default', volumePercent: 70 } });
  expect(frontOf({ lamps: { alarm: 'hub:red:alarm' } })).toEqual({
    lamps: { folder: '/sys/class/leds', alarm: 'hub:red:alarm' },
  });
  expect(frontOf({ buttons: { device: '/dev/input/event0', cancel: 'KEY_ESC' } })).toEqual({
    buttons: { device: '/dev/input/event0', keys: { alarm: 'KEY_PROG1', cancel: 'KEY_ESC', presence: 'KEY_PROG3' } },
  });
});

test.each<[string, unknown, string]>([
  ['a key that no keyboard has', { buttons: { device: '/dev/input/event0', alarm: 'KEY_PROG9' } }, 'did you mean'],
  ['buttons without a device', { buttons: {} }, 'device'],
  ['a lamp outside its folder', { lamps: { alarm: '../../etc/passwd' } }, 'the name of a folder in it'],
  ['a volume that hurts', { sounds: { volume: 200 } }, '100'],
])('%s is told', (_, front, says) => {
  expect(frontOf(front)).toEqual([expect.stringContaining(says)]);
});
