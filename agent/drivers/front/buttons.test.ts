import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeInput, inputTypes, keyValues } from '#protocol/evdev/event.ts';
import { keyCodes, type KeyName } from '#protocol/evdev/keys.ts';
import { createHandLine } from '#test/handLine.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { startButtons } from './buttons.ts';

function setUp() {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const story: string[] = [];
  const buttons = startButtons({
    openLine: hand.openLine,
    clock,
    log: createLogRecorder().log,
    keys: { alarm: 'KEY_PROG1', cancel: 'KEY_PROG2', presence: 'KEY_PROG3' },
    onPress: (button) => void story.push(button),
    onHealth: (problem) => void story.push(problem ?? 'well'),
  });
  clock.advance(2 * secondMs);
  const bytesOf = (key: KeyName, does: keyof typeof keyValues): Uint8Array =>
    Uint8Array.from([
      ...encodeInput({ type: inputTypes.key, code: keyCodes[key], value: keyValues[does] }),
      ...encodeInput({ type: inputTypes.synchronise, code: 0, value: 0 }),
    ]);
  const key = (name: KeyName, does: keyof typeof keyValues): void => hand.receive(bytesOf(name, does));
  return { clock, hand, buttons, key, bytesOf, news: () => story.splice(0) };
}

describe('the buttons', () => {
  test('are well when their device stays open', () => {
    expect(setUp().news()).toEqual(['well']);
  });

  test('a press counts when the button goes down, once, however long it is held', () => {
    const { key, news } = setUp();
    news();
    key('KEY_PROG1', 'down');
    for (let repeat = 0; repeat < 100; repeat += 1) key('KEY_PROG1', 'repeat');
    key('KEY_PROG1', 'up');
    key('KEY_PROG2', 'down');
    key('KEY_PROG3', 'down');
    expect(news()).toEqual(['alarm', 'cancel', 'presence']);
  });

  test('keys that are no button of the hub mean nothing', () => {
    const { key, news } = setUp();
    news();
    key('KEY_ENTER', 'down');
    expect(news()).toEqual([]);
  });

  test('a press that comes in pieces is a press', () => {
    const { hand, bytesOf, news } = setUp();
    news();
    for (const byte of bytesOf('KEY_PROG1', 'down')) hand.receive(Uint8Array.of(byte));
    expect(news()).toEqual(['alarm']);
  });

  test('a button that is held for a minute is stuck: that is a fault, and its release mends it', () => {
    const { clock, key, news } = setUp();
    news();
    key('KEY_PROG1', 'down');
    clock.advance(minuteMs);
    expect(news()).toEqual(['alarm', 'the alarm button is held down, or stuck']);
    key('KEY_PROG1', 'up');
    key('KEY_PROG1', 'down');
    expect(news()).toEqual(['well', 'alarm']);
  });

  test('taken away they fail, put back they work: half a press from before is forgotten', () => {
    const { clock, hand, bytesOf, key, news } = setUp();
    news();
    hand.receive(bytesOf('KEY_PROG1', 'down').subarray(0, 10));
    hand.unplug();
    clock.advance(minuteMs);
    expect(news()).toEqual(['unplugged']);
    hand.plug();
    clock.advance(20 * secondMs);
    key('KEY_PROG2', 'down');
    expect(news()).toEqual(['well', 'cancel']);
  });

  test('leave nothing behind when they are stopped', () => {
    const { clock, buttons, key, news } = setUp();
    key('KEY_PROG1', 'down');
    buttons.stop();
    news();
    clock.advance(10 * minuteMs);
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: [], waiting: 0 });
  });
});
