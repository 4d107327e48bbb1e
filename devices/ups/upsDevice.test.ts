import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLineParser } from '#protocol/megatec/lines.ts';
import { readStatus, type Status } from '#protocol/megatec/status.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { restoreHoldMs } from './output.ts';
import { type UpsProfileName, upsProfiles } from './profiles.ts';
import { testMs } from './selfTest.ts';
import { createUpsDevice, startMs, type UpsEvent } from './upsDevice.ts';

/** A supply on a line in memory, and a computer that asks. */
function setUp(name: UpsProfileName = 'era-plus-1000') {
  const clock = createVirtualClock();
  const random = createSeededRandom(5);
  const line = createMemoryLine({ clock, random });
  const events: UpsEvent[] = [];
  const device = createUpsDevice({
    line: line.device,
    clock,
    random,
    connector: line,
    profile: upsProfiles[name],
    onEvent: (event) => events.push(event),
  });
  const parser = createLineParser('supply');
  const heard: string[] = [];
  const open = () =>
    line.openLine(
      { baudRate: 2400 },
      {
        opened() {},
        received(bytes) {
          for (const item of parser.push(bytes)) if (item.kind === 'line') heard.push(item.text);
        },
        closed() {},
      },
    );
  let end = open();
  clock.advance(0);
  function write(text: string): string[] {
    const before = heard.length;
    end.write(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    clock.advance(1);
    return heard.slice(before);
  }
  return {
    clock,
    device,
    say: device.obey,
    write,
    reopen() {
      end = open();
      clock.advance(0);
    },
    /** What Q1 says; nothing when nobody answers. */
    status(): Status | undefined {
      const [answer = ''] = write('Q1\r');
      const read = readStatus(answer);
      return read.ok ? read.value : undefined;
    },
    happened: () => events.flatMap((event) => (event.event === 'happened' ? [event.text] : [])),
  };
}

describe('a fake supply', () => {
  test('says how it is, what it is made for and what it is', () => {
    const { write } = setUp('me-1000-wtu');
    expect(write('Q1\r')).toEqual(['(230.0 230.0 230.0 002 50.0 2.28 25.4 00000001']);
    expect(write('F\rI\r')).toEqual(['#230.0 004 36.00 50.0', '#                HV 1K      00443.08  ']);
    expect(setUp().write('Q1\r')).toEqual(['(230.0 230.0 230.0 002 50.0 13.7 --.- 00001001']);
  });

  test.each([
    ['era-plus-1000', ['I', 'Q9']],
    ['powermust-1000', []],
    ['me-1000-wtu', ['NAK']],
  ] as const)('answers what it cannot in its own way: %s', (name, answers) => {
    const { write } = setUp(name);
    expect(write(name === 'me-1000-wtu' ? 'Q9\r' : 'I\rQ9\r')).toEqual(answers);
  });

  test('tells that the mains are gone and that they were gone since it was asked', () => {
    const { say, status } = setUp();
    say('mains off');
    expect(status()).toMatchObject({ mainsGone: true, inputVolts: 0, outputVolts: 230, frequencyHz: 0 });
    say('mains on');
    expect(status()).toMatchObject({ mainsGone: false, inputVolts: 230, faultVolts: 0 });
    expect(status()).toMatchObject({ faultVolts: 230 });
  });

  test('empties faster with more load, and less battery, and is low before it is off', () => {
    const { clock, say, status, device, happened } = setUp();
    say('load 10');
    say('health 50');
    say('mains off');
    clock.advance(24 * minuteMs);
    // Half of 84 Wh, at 54 W: 47 minutes.
    expect(device.chargePercent()).toBe(49);
    expect(status()).toMatchObject({ batteryLow: false });
    clock.advance(hourMs);
    expect(status()).toBeUndefined();
    expect(happened()).toEqual(['the battery is low', 'the supply is off: no mains and no battery']);
    say('mains on');
    clock.advance(startMs);
    expect(status()).toMatchObject({ mainsGone: false, outputVolts: 230 });
    clock.advance(10 * hourMs);
    expect(device.chargePercent()).toBe(100);
  });

  test('gives way under load: the voltage falls, more with an old battery', () => {
    const { say, status } = setUp();
    const volts = (): number => status()?.battery?.volts ?? 0;
    say('mains off');
    const light = volts();
    say('load 100');
    const heavy = volts();
    say('health 40');
    expect([light > heavy, heavy > volts()]).toEqual([true, true]);
  });

  test('ages: what it holds becomes less in a year', () => {
    const { clock, say, device } = setUp();
    clock.advance(365 * 24 * hourMs);
    say('mains off');
    say('load 1');
    clock.advance(4 * hourMs);
    // 9 W out of 79 Wh, not out of 84.
    expect(device.chargePercent()).toBe(54);
  });

  test('tests its battery for ten seconds, and says when it has failed until it passes', () => {
    const { clock, say, status, write } = setUp();
    expect(write('T\r')).toEqual([]);
    expect(status()).toMatchObject({ testing: true, mainsGone: false, failed: false });
    expect(write('T\r')).toEqual(['T']);
    clock.advance(testMs);
    expect(status()).toMatchObject({ testing: false, failed: false });
    say('test-fails on');
    write('T\r');
    clock.advance(testMs);
    expect(status()).toMatchObject({ testing: false, failed: true });
    say('test-fails off');
    write('T\r');
    clock.advance(testMs);
    expect(status()).toMatchObject({ failed: false });
  });

  test('fails its test with a worn battery, and with one that gives out', () => {
    const { clock, say, status, write, happened } = setUp();
    say('health 60');
    write('T\r');
    clock.advance(testMs);
    expect(status()).toMatchObject({ failed: true });
    say('health 100');
    expect(status()).toMatchObject({ failed: false });
    say('load 100');
    say('charge 30');
    write('T10\r');
    clock.advance(10 * minuteMs);
    expect(happened().slice(-3)).toEqual([
      'the battery is low',
      'the battery has failed its test',
      'the battery is low no more',
    ]);
  });

  test('tests until the battery is low, or until it is told to end, and not while the mains are gone', () => {
    const { clock, say, status, write } = setUp();
    say('load 50');
    write('TL\r');
    clock.advance(10 * minuteMs);
    expect(status()).toMatchObject({ testing: true });
    write('CT\r');
    expect(status()).toMatchObject({ testing: false, failed: false });
    write('TL\r');
    clock.advance(hourMs);
    expect(status()).toMatchObject({ testing: false, failed: false });
    say('mains off');
    expect(write('T\r')).toEqual(['T']);
  });

  test('switches off when it is told, and on again with the mains, unless it is told otherwise', () => {
    const { clock, say, status, write } = setUp();
    write('S.5R0001\r');
    expect(status()).toMatchObject({ shutdown: true, outputVolts: 230 });
    clock.advance(30 * secondMs);
    expect(status()).toMatchObject({ shutdown: true, outputVolts: 0, loadPercent: 0 });
    clock.advance(minuteMs + restoreHoldMs);
    expect(status()).toMatchObject({ shutdown: false, outputVolts: 230 });
    write('S01\r');
    write('C\r');
    clock.advance(hourMs);
    expect(status()).toMatchObject({ shutdown: false, outputVolts: 230 });
    write('S00R0000\r');
    clock.advance(24 * hourMs);
    expect(status()).toMatchObject({ outputVolts: 0 });
    write('C\r');
    clock.advance(restoreHoldMs);
    expect(status()).toMatchObject({ outputVolts: 230 });
    say('mains off');
    write('S01\r');
    clock.advance(hourMs);
    expect(status()).toMatchObject({ outputVolts: 0 });
    say('mains on');
    clock.advance(restoreHoldMs);
    expect(status()).toMatchObject({ outputVolts: 230 });
  });

  test('does not wait for a shutdown when the battery is low', () => {
    const { clock, say, status, write } = setUp();
    say('mains off');
    write('S10\r');
    say('charge 3');
    clock.advance(secondMs);
    expect(status()).toMatchObject({ outputVolts: 0 });
  });

  test('has a beeper that is switched off and on', () => {
    const { status, write } = setUp();
    write('Q\r');
    expect(status()).toMatchObject({ beeper: false });
    write('Q\r');
    expect(status()).toMatchObject({ beeper: true });
  });

  test('without a battery ends with the mains', () => {
    const { clock, say, status } = setUp();
    say('battery absent');
    expect(status()).toMatchObject({ battery: { volts: 0 } });
    say('mains off');
    expect(status()).toBeUndefined();
    say('battery present');
    expect(status()).toBeUndefined();
    say('mains on');
    clock.advance(startMs);
    expect(status()).toMatchObject({ mainsGone: false });
  });

  test('goes on when its cable is pulled out, and misbehaves when it is told', () => {
    const { clock, say, status, reopen } = setUp();
    say('unplug');
    expect(status()).toBeUndefined();
    say('mains off');
    say('plug');
    reopen();
    expect(status()).toMatchObject({ mainsGone: true });
    say('fault reboot-in-command');
    expect(status()).toBeUndefined();
    clock.advance(startMs);
    expect(status()).toMatchObject({ mainsGone: true });
    say('fault silent');
    expect(status()).toBeUndefined();
  });

  test.each([
    ['mains onn', 'did you mean on?'],
    ['charge 101', 'from 0 to 100 %'],
    ['health 0', 'from 1 to 100 %'],
    ['load 151', 'from 0 to 150 %'],
    ['batery absent', 'did you mean battery?'],
  ])('answers a slip with what would be right: %s', (line, advice) => {
    const done = setUp().say(line);
    expect(done.ok ? '' : done.problem).toContain(advice);
  });
});
