import { describe, expect, test } from 'vitest';
import { defaultTransmitters, readTransmitters, stranger, transmittersLimit } from './transmitters.ts';

describe('a list of transmitters from a file', () => {
  test('needs name, id and profile; the rest is as usual', () => {
    const read = readTransmitters([{ name: 'hall-door', id: '01020304', profile: 'D5-00-01', signalDbm: -90 }]);
    expect(read).toEqual({
      ok: true,
      value: [
        {
          name: 'hall-door',
          kind: 'hall-door',
          id: '01020304',
          profile: 'D5-00-01',
          signalDbm: -90,
          repeat: 1,
          subTelegrams: 3,
          silent: false,
        },
      ],
    });
  });

  test('may be the default one', () => {
    expect(readTransmitters(structuredClone(defaultTransmitters))).toEqual({ ok: true, value: defaultTransmitters });
  });

  test.each([
    [{}, 'transmitters are a list'],
    [[7], 'transmitter 1: it is an object'],
    [[{ id: '01020304', profile: 'D5-00-01' }], 'name has letters'],
    [[{ name: 'a', id: '0102030G', profile: 'D5-00-01' }], 'eight hex digits'],
    [[{ name: 'a', id: '01020304', profile: 'D5-00-10' }], 'did you mean D5-00-01?'],
    [[{ name: 'a', id: '01020304', profile: 'D5-00-01', repat: 2 }], 'did you mean repeat?'],
    [[{ name: 'a', id: '01020304', profile: 'D5-00-01', repeat: 11 }], 'repeat is 1 to 10'],
    [[{ name: 'a', id: '01020304', profile: 'D5-00-01', signalDbm: 3 }], 'signalDbm is -120 to 0'],
    [[{ name: 'a', id: stranger.id, profile: 'D5-00-01' }], 'stranger (0033c0de) has its name or id'],
  ])('is refused with the entry that is wrong and what would be right: %j', (list, advice) => {
    const read = readTransmitters(list);
    expect(read.ok ? '' : read.problem).toContain(advice);
  });

  test('has a longest length', () => {
    const many = Array.from({ length: transmittersLimit + 1 }, (_, index) => ({
      name: `door-${index}`,
      id: index.toString(16).padStart(8, '0'),
      profile: 'D5-00-01',
    }));
    expect(readTransmitters(many).ok).toBe(false);
    expect(readTransmitters(many.slice(1)).ok).toBe(true);
  });
});
