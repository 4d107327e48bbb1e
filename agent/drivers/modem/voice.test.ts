import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Call } from '#protocol/at/statusCalls.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';
import { strayTriesLimit } from './voice.ts';

const number = '+46313900600';
const fromHub: Call = { index: 1, by: 'hub', state: 'dialling', isVoice: true, number };
const toHub: Call = { index: 1, by: 'other', state: 'incoming', isVoice: true, number };

/** A modem in service; `calls` makes it list these. */
function inService(options: Parameters<typeof startModemAtWork>[0] = {}) {
  const work = startModemAtWork(options);
  work.clock.advance(20 * secondMs);
  work.news();
  work.newCommands();
  const calls = (...list: Call[]): void => {
    work.modem.calls = list;
    work.clock.advance(3 * secondMs);
  };
  return { ...work, calls };
}

describe('a call from the hub (B3)', () => {
  test('rings, is connected, and ends, by the modem’s list of its calls alone', () => {
    const { voice, calls, news, newCommands } = inService();
    expect([voice.name, voice.isUp()]).toEqual(['modem', true]);
    voice.dial(number, 'duplex');
    calls(fromHub);
    expect(newCommands()[0]).toBe(`ATD${number};`);
    expect(news()).toEqual([]);
    calls({ ...fromHub, state: 'alerting' });
    calls({ ...fromHub, state: 'active' });
    calls({ ...fromHub, state: 'active' });
    calls();
    expect(news()).toEqual(['ringing', 'connected', 'ended: the call is gone']);
  });

  test('that the modem ends with a word is over at once, for that reason', () => {
    const { voice, calls, modem, clock, say, news } = inService();
    voice.dial(number, 'duplex');
    calls({ ...fromHub, state: 'alerting' });
    modem.calls = [];
    say('BUSY');
    clock.advance(300);
    expect(news()).toEqual(['ringing', 'failed: busy']);
  });

  test.for([
    ['that the modem refuses', ['+CME ERROR: 30'], '+CME ERROR: 30, no network service'],
    ['that ends before it begins', ['NO CARRIER'], 'no carrier'],
    ['that the modem does not answer', [], 'the answer to ATD did not come within 30000 ms'],
  ] as const)('%s has failed', ([, answer, reason]) => {
    const { voice, clock, override, news } = inService();
    override((line) => (line.startsWith('ATD') ? answer : undefined));
    voice.dial(number, 'duplex');
    clock.advance(minuteMs);
    expect(news()).toEqual([`failed: ${reason}`]);
  });

  test.for(['sip:centre@example.org', '+46;ATD112', '', '1'.repeat(41)])('%j is not dialled', (to) => {
    const { voice, clock, news, newCommands } = inService();
    voice.dial(to, 'duplex');
    clock.advance(secondMs);
    expect(news()).toEqual(['failed: the modem calls telephone numbers only']);
    expect(newCommands().filter((line) => line.startsWith('ATD'))).toEqual([]);
  });

  test('without a network is not dialled, and the path is not up', () => {
    const { voice, clock, modem, news } = inService();
    modem.state = 'searching';
    clock.advance(minuteMs);
    news();
    expect(voice.isUp()).toBe(false);
    voice.dial(number, 'duplex');
    clock.advance(secondMs);
    expect(news()).toEqual(['failed: there is no network']);
  });

  test('that the hub ends is told no more', () => {
    const { voice, calls, clock, news, newCommands } = inService();
    voice.dial(number, 'duplex');
    calls({ ...fromHub, state: 'active' });
    voice.hangUp();
    clock.advance(minuteMs);
    expect(news()).toEqual(['connected']);
    expect(newCommands()).toContain('AT+CHUP');
  });

  test('is over when the line to the modem is lost, and cleared down when it is back', () => {
    const { voice, calls, clock, hand, modem, news, newCommands } = inService();
    voice.dial(number, 'duplex');
    calls({ ...fromHub, state: 'active' });
    hand.unplug();
    clock.advance(5 * secondMs);
    expect(news()).toContain('ended: the line to the modem is opened anew');
    newCommands();
    hand.plug();
    clock.advance(10 * secondMs);
    expect(newCommands()).toContain('AT+CHUP');
    expect(modem.calls).toEqual([]);
  });

  test('obeys the operator’s keys: directions, loudness, output (B3.4)', () => {
    let switched = 0;
    const { voice, calls, say, clock, news, newCommands } = inService({ switchOutput: () => (switched += 1) });
    say('+RXDTMF: 4');
    voice.dial(number, 'duplex');
    calls({ ...fromHub, state: 'active' });
    say('+RXDTMF: 4');
    say('+RXDTMF: ?');
    expect(news()).toEqual(['connected', 'key 4']);
    const settings = (): string[] => newCommands().filter((line) => /CMUT|CLVL/u.test(line));
    expect(settings()).toEqual(['AT+CMUT=0', 'AT+CLVL=4']);
    for (const order of [
      () => voice.setMode('speaker-only'),
      () => voice.setMode('microphone-only'),
      () => voice.setMode('duplex'),
      () => voice.changeVolume(9),
      () => voice.changeVolume(-1),
    ]) {
      order();
      clock.advance(200);
    }
    expect(settings()).toEqual([
      'AT+CMUT=1',
      'AT+CLVL=4',
      'AT+CMUT=0',
      'AT+CLVL=0',
      'AT+CMUT=0',
      'AT+CLVL=4',
      'AT+CMUT=0',
      'AT+CLVL=5',
      'AT+CMUT=0',
      'AT+CLVL=4',
    ]);
    voice.switchOutput();
    expect(switched).toBe(1);
  });
});

describe('a call to the hub', () => {
  test('is told once, and connected when the hub answers', () => {
    const { voice, calls, say, news, newCommands } = inService();
    say('RING', `+CLIP: "${number}",145,,,,0`);
    calls(toHub);
    say('RING', `+CLIP: "${number}",145,,,,0`);
    calls(toHub);
    expect(news()).toEqual([`incoming from ${number}`]);
    voice.answer('duplex');
    calls({ ...toHub, state: 'active' });
    expect(newCommands()).toContain('ATA');
    calls();
    expect(news()).toEqual(['connected', 'ended: the call is gone']);
  });

  test('without a number is told as withheld', () => {
    const { calls, say, news } = inService();
    say('RING');
    calls({ index: 1, by: 'other', state: 'incoming', isVoice: true });
    expect(news()).toEqual(['incoming from withheld']);
  });

  test('that the hub refuses is cleared down and told no more; one that has ended cannot be answered', () => {
    const { voice, calls, say, modem, clock, news } = inService();
    say('RING');
    calls(toHub);
    voice.refuse();
    clock.advance(5 * secondMs);
    expect([modem.calls, news()]).toEqual([[], [`incoming from ${number}`]]);
    voice.answer('duplex');
    clock.advance(secondMs);
    expect(news()).toEqual(['failed: nobody calls any more']);
  });

  test('during a call is told once and refused alone: the call under way stays', () => {
    const { voice, calls, say, clock, news, newCommands } = inService();
    voice.dial(number, 'duplex');
    calls({ ...fromHub, state: 'active' });
    newCommands();
    const waiting: Call = { index: 2, by: 'other', state: 'waiting', isVoice: true, number: '+46700000000' };
    say('RING');
    calls({ ...fromHub, state: 'active' }, waiting);
    voice.refuse();
    clock.advance(500);
    calls({ ...fromHub, state: 'active' });
    expect(news()).toEqual(['connected', 'incoming from +46700000000']);
    expect(newCommands().filter((line) => /CHUP|CHLD|ATH/u.test(line))).toEqual(['AT+CHLD=0']);
  });

  test('of data or fax is nobody’s affair', () => {
    const { calls, say, news } = inService();
    say('RING');
    calls({ ...toHub, isVoice: false });
    expect(news()).toEqual([]);
  });
});

test('a call that nobody began is cleared down, by either command, so often and no more', () => {
  const { calls, say, override, clock, newCommands } = inService();
  override((line) => (/^(AT\+CHUP|ATH)$/u.test(line) ? ['OK'] : undefined));
  calls({ ...fromHub, state: 'active' });
  say('VOICE CALL: BEGIN');
  clock.advance(minuteMs);
  const tries = newCommands().filter((line) => /CHUP|ATH/u.test(line));
  expect(tries).toEqual(['AT+CHUP', 'ATH', 'AT+CHUP', 'ATH', 'AT+CHUP']);
  expect(tries).toHaveLength(strayTriesLimit);
});
