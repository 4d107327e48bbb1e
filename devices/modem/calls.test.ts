import { describe, expect, test } from 'vitest';
import { startFakeModem } from '#test/fakeModem.ts';
import { alertingAfterMs, callsLimit, ringEveryMs, ringingLimitMs } from './calls.ts';

describe('a call that the hub makes', () => {
  test.each([
    ['sim7600e-h', ['VOICE CALL: BEGIN'], ['VOICE CALL: END: 000010', 'NO CARRIER']],
    ['ec25', [], ['NO CARRIER']],
  ] as const)('on a %s is dialled, rings, is taken, and ends when the other side hangs up', (name, begin, end) => {
    const { ask, say, told, clock } = startFakeModem(name);
    expect(ask('ATD+46700000003;', 100)).toEqual(['OK']);
    expect(told()).toEqual([{ event: 'dialled', to: '+46700000003' }]);
    expect(ask('AT+CLCC', 100)[0]).toBe('+CLCC: 1,0,2,0,0,"+46700000003",145');
    clock.advance(alertingAfterMs);
    expect(ask('AT+CLCC')[0]).toContain('+CLCC: 1,0,3');
    expect(say('answer')).toEqual(begin);
    expect(ask('AT+CLCC')[0]).toContain('+CLCC: 1,0,0');
    clock.advance(8_000);
    expect(say('hang-up')).toEqual(end);
    expect(ask('AT+CLCC')).toEqual(['OK']);
  });

  test.each([
    ['busy', 'BUSY'],
    ['no-answer', 'NO ANSWER'],
  ])('is not taken: %s', (word, result) => {
    const { ask, say } = startFakeModem();
    ask('ATD112;');
    expect(say(word)).toEqual([result]);
    expect(say(word)).toEqual([expect.stringContaining('no such call')]);
  });

  test('rings for a minute at most', () => {
    const { ask, heard, clock } = startFakeModem();
    ask('ATD112;', alertingAfterMs + 10);
    clock.advance(ringingLimitMs - 100);
    expect(heard()).toEqual([]);
    clock.advance(100);
    expect(heard()).toEqual(['NO ANSWER']);
  });

  test.each(['AT+CHUP', 'ATH'])('is ended by %s', (command) => {
    const { ask, say, told } = startFakeModem('ec25');
    ask('ATD112;');
    say('answer');
    told();
    expect(ask(command)).toEqual(['OK']);
    expect(told()).toEqual([{ event: 'hung-up' }]);
    expect(ask(command)).toEqual(['OK']);
    expect(told()).toEqual([]);
  });

  test('leads nowhere without a network, and ends when the network is lost', () => {
    const { ask, say } = startFakeModem('ec25');
    say('network none');
    expect(ask('ATD112;')).toEqual(['OK', 'NO CARRIER']);
    say('network home');
    ask('ATD112;');
    say('answer');
    expect(say('network none')).toEqual(['NO CARRIER']);
  });

  test('needs a number and a semicolon, and is one at a time', () => {
    const { ask } = startFakeModem();
    expect(ask('ATD112')).toEqual(['NO CARRIER']);
    expect(ask('ATDhello;')).toEqual(['ERROR']);
    expect(ask('ATD112;')).toEqual(['OK']);
    expect(ask('ATD113;')).toEqual(['ERROR']);
  });

  test('carries keys both ways, while somebody talks', () => {
    const { ask, say, told } = startFakeModem();
    expect(ask('AT+VTS=5')).toEqual(['ERROR']);
    ask('AT+DDET=1;D112;');
    expect(say('key 1')).toEqual([expect.stringContaining('nobody talks')]);
    say('answer');
    expect(say('key 1')).toEqual(['+RXDTMF: 1']);
    told();
    expect(ask('AT+VTS="#",4')).toEqual(['OK']);
    expect(told()).toEqual([
      { event: 'key', digit: '#' },
      { event: 'key', digit: '4' },
    ]);
  });

  test('carries keys on an EC25 as their ASCII codes, when they are asked for', () => {
    const { ask, say } = startFakeModem('ec25');
    ask('ATD112;');
    say('answer');
    expect(say('key 1')).toEqual([]);
    ask('AT+QTONEDET=1');
    expect(say('key 1')).toEqual(['+QTONEDET: 49']);
  });
});

describe('a call that comes in', () => {
  test('rings every five seconds, tells who calls, and is taken', () => {
    const { ask, say, heard, told, clock } = startFakeModem('ec25');
    ask('AT+CLIP=1');
    const ring = ['RING', '+CLIP: "+46700000002",145,,,,0'];
    expect(say('call +46700000002')).toEqual(ring);
    clock.advance(ringEveryMs);
    expect(heard()).toEqual(ring);
    expect(ask('ATA', 100)).toEqual(['OK']);
    expect(told()).toEqual([{ event: 'answered' }]);
    clock.advance(3 * ringEveryMs);
    expect(heard()).toEqual([]);
    expect(ask('AT+CLCC')[0]).toContain('+CLCC: 1,1,0');
  });

  test('may withhold its number', () => {
    const { ask, say } = startFakeModem();
    ask('AT+CLIP=1');
    expect(say('call withheld')).toEqual(['RING', '+CLIP: "",128,,,,1']);
  });

  test.each([
    ['sim7600e-h', 'MISSED_CALL: 12:00AM +46700000002'],
    ['ec25', 'NO CARRIER'],
  ] as const)('that nobody takes is missed: %s', (name, missed) => {
    const { say, heard, clock, ask } = startFakeModem(name);
    say('call +46700000002');
    clock.advance(ringingLimitMs);
    expect(heard().at(-1)).toBe(missed);
    expect(ask('ATA')).toEqual(['NO CARRIER']);
  });

  test(`waits while somebody talks; the hub lets it go, or takes it; there are ${callsLimit} at most`, () => {
    const { ask, say, told } = startFakeModem('ec25');
    ask('AT+CCWA=1;D112;');
    say('answer');
    expect(say('call +46700000002')).toEqual(['+CCWA: "+46700000002",145,1']);
    expect(ask('AT+CLCC')[1]).toContain('+CLCC: 2,1,5');
    expect(ask('AT+CLCC')).toHaveLength(callsLimit + 1);
    expect(say('call +46700000004')).toEqual([expect.stringContaining('busy')]);
    expect(ask('AT+CHLD=0')).toEqual(['OK']);
    expect(ask('AT+CLCC')).toHaveLength(2);
    say('call +46700000002');
    told();
    expect(ask('AT+CHLD=1')).toEqual(['OK']);
    expect(told()).toEqual([{ event: 'answered' }]);
    expect(ask('AT+CLCC')[0]).toContain('+CLCC: 2,1,0');
    expect(ask('AT+CHLD=0')).toEqual(['ERROR']);
  });

  test('that waits rings when the other one is over', () => {
    const { ask, say } = startFakeModem('ec25');
    ask('ATD112;');
    say('answer');
    say('call +46700000002');
    expect(say('hang-up')).toEqual(['NO CARRIER', 'RING']);
  });

  test('reaches no modem that is off or without a network', () => {
    const { say } = startFakeModem();
    say('network none');
    expect(say('call +46700000002')).toEqual([expect.stringContaining('cannot be reached')]);
    say('reboot', 0);
    expect(say('call +46700000002')).toEqual([expect.stringContaining('cannot be reached')]);
    expect(say('call hello')).toEqual([expect.stringContaining('usage: call FROM')]);
  });
});
