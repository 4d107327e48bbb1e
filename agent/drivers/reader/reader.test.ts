import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeTag } from '#protocol/rdm6300/writer.ts';
import { createHandLine } from '#test/handLine.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { lyingLimit, startReader } from './reader.ts';

const staff = '3c00ce754c';
const other = '5900b47b4f';
/** An RDM6300 says the tag again after so long, as long as it lies there. */
const repeatMs = 65;

function setUp() {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const recorder = createLogRecorder();
  const story: string[] = [];
  const reader = startReader({
    openLine: hand.openLine,
    clock,
    log: recorder.log,
    listener: {
      tag: (number) => void story.push(`${clock.monotonicMs() / 1_000} ${number}`),
      failing: (reason) => void story.push(`failing: ${reason}`),
      well: () => void story.push('well'),
    },
  });
  function hold(number: string, forMs: number): void {
    for (let heldMs = 0; heldMs <= forMs; heldMs += repeatMs) {
      hand.receive(encodeTag(number));
      clock.advance(repeatMs);
    }
  }
  const news = (): string[] => story.splice(0);
  return { clock, hand, reader, news, hold, log: recorder.lines };
}

function setUpReady() {
  const world = setUp();
  world.clock.advance(2 * secondMs);
  world.news();
  return world;
}

describe('the tag reader', () => {
  test('is opened at its rate and is well when its line is open, for nobody can ask it', () => {
    const { clock, hand, news } = setUp();
    clock.advance(2 * secondMs);
    expect(hand.lastSettings()).toEqual({ baudRate: 9_600 });
    expect(news()).toEqual(['well']);
  });

  test('may be silent for months: it is neither reset nor opened anew', () => {
    const { clock, hand, news } = setUp();
    clock.advance(90 * 24 * hourMs);
    expect(news()).toEqual(['well']);
    expect(hand.story).toEqual(['opened']);
  });

  test.each(['plain', 'with-line-end'] as const)('tells a tag at once, as either make writes it: %s', (ending) => {
    const { hand, news } = setUpReady();
    hand.receive(encodeTag(staff, ending));
    expect(news()).toEqual([`2 ${staff}`]);
  });

  test('tells a tag that lies there once a second, not fifteen times', () => {
    const { clock, news, hold, reader } = setUpReady();
    hold(staff, 60 * secondMs);
    clock.advance(10 * secondMs);
    expect(news().length).toBeLessThanOrEqual(62);
    expect(reader.counters().tagFrames).toBeGreaterThan(900);
  });

  test('tells the last second of a tag that lies there too, so that three seconds count from when it went (B9.2)', () => {
    const { clock, news, hold } = setUpReady();
    hold(staff, 900);
    clock.advance(10 * secondMs);
    expect(news()).toEqual([`2 ${staff}`, `3 ${staff}`]);
  });

  test('tells a tag that was there for a moment once', () => {
    const { clock, hand, news } = setUpReady();
    hand.receive(encodeTag(staff));
    clock.advance(10 * secondMs);
    expect(news()).toEqual([`2 ${staff}`]);
  });

  test('tells another tag at once, though the first was there a moment ago', () => {
    const { hand, news } = setUpReady();
    hand.receive(encodeTag(staff));
    hand.receive(encodeTag(other));
    expect(news()).toEqual([`2 ${staff}`, `2 ${other}`]);
  });

  test(`remembers ${lyingLimit} tags that lie there; with more it tells the oldest again`, () => {
    const { hand, news } = setUpReady();
    const numbers = Array.from({ length: lyingLimit + 1 }, (_, index) => `000000000${index}`);
    const read = (number: string): void => hand.receive(encodeTag(number));
    numbers.slice(0, lyingLimit).forEach(read);
    numbers.slice(0, lyingLimit).forEach(read);
    expect(news()).toHaveLength(lyingLimit);
    numbers.slice(lyingLimit).forEach(read);
    numbers.slice(0, 1).forEach(read);
    expect(news()).toHaveLength(2);
  });

  test('is failing when its line is gone, well when it is back, and reads tags as before', () => {
    const { clock, hand, news } = setUpReady();
    hand.unplug();
    clock.advance(10 * secondMs);
    expect(news()).toEqual(['failing: unplugged']);
    hand.plug();
    clock.advance(3 * secondMs);
    hand.receive(encodeTag(staff));
    expect(news()).toEqual(['well', `15 ${staff}`]);
  });

  test('that is pulled and put back at once is no failure', () => {
    const { clock, hand, news } = setUpReady();
    hand.unplug();
    clock.advance(secondMs);
    hand.plug();
    clock.advance(minuteMs);
    expect(news()).toEqual([]);
  });

  test('gives half a frame up after a tenth of a second, and reads the next', () => {
    const { clock, hand, news, reader } = setUpReady();
    hand.receive(encodeTag(staff).subarray(0, 9));
    clock.advance(99);
    expect(reader.counters().discardedBytes).toEqual({});
    clock.advance(1);
    expect(reader.counters().discardedBytes).toEqual({ 'half-frame': 9 });
    hand.receive(encodeTag(staff));
    expect(news()).toEqual([`2.1 ${staff}`]);
  });

  test('joins no halves of different lines', () => {
    const { clock, hand, news } = setUpReady();
    hand.receive(encodeTag(staff).subarray(0, 9));
    hand.unplug();
    hand.plug();
    clock.advance(2 * secondMs);
    hand.receive(encodeTag(staff).subarray(9));
    clock.advance(secondMs);
    expect(news()).toEqual([]);
  });

  test('that babbles costs counters and one debug line a minute, and tags between the noise are read', () => {
    const { clock, hand, news, reader, log } = setUpReady();
    const before = log.length;
    for (let round = 0; round < 600; round += 1) {
      hand.receive(new Uint8Array(100).fill(round));
      clock.advance(secondMs);
    }
    expect(log.slice(before).filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(log.slice(before).length).toBeLessThanOrEqual(11);
    expect(Object.values(reader.counters().discardedBytes).reduce((sum, bytes) => sum + bytes, 0)).toBe(60_000);
    hand.receive(encodeTag(staff));
    expect(news()).toEqual([`602 ${staff}`]);
  });

  test('a number goes to the hub and nowhere else: neither log nor counters have it, sound or broken', () => {
    const { clock, hand, log, reader } = setUpReady();
    hand.receive(encodeTag(staff));
    hand.receive(encodeTag(staff).with(13, 0));
    hand.receive(encodeTag(staff).subarray(0, 12));
    clock.advance(2 * minuteMs);
    const told = JSON.stringify([log, reader.counters()]).toLowerCase();
    expect(told).toContain('no-end');
    for (const part of [staff, staff.slice(2), '13530444', '33 43', '3343']) expect(told).not.toContain(part);
  });

  test('leaves nothing behind when it is stopped', () => {
    const { clock, hand, reader, news } = setUpReady();
    hand.receive(encodeTag(staff));
    hand.receive(encodeTag(staff));
    hand.receive(encodeTag(staff).subarray(0, 9));
    news();
    reader.stop();
    hand.receive(encodeTag(other));
    clock.advance(minuteMs);
    expect({ news: news(), waiting: clock.waiting(), last: hand.story.at(-1) }).toEqual({
      news: [],
      waiting: 0,
      last: 'closed',
    });
  });
});
