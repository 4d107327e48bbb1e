import { describe, expect, test } from 'vitest';
import type { Position } from '#agent/hub/devices.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { formatGga, type Gga } from '#protocol/nmea/gga.ts';
import { formatRmc, type Rmc } from '#protocol/nmea/rmc.ts';
import { encodeSentence } from '#protocol/nmea/sentence.ts';
import { createHandLine } from '#test/handLine.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { slowEveryMs, startGnss } from './gnss.ts';
import { credibleStepM, fixAgeLimitMs, hdopLimit, tellAgainEveryMs, worthTellingM } from './place.ts';
import { gnssBaudRates } from './rates.ts';
import { agreementMs, timeEveryMs } from './satelliteTime.ts';

const decimals = { time: 2, angle: 5, dilution: 2 };
const home = { latitude: 56.0465, longitude: 12.6945 };
/** Degrees of latitude that are a metre. */
const metre = 1 / 111_195;

/** A driver on a line, with a receiver at its other end that sends every second what the test has it send. */
function setUp() {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const recorder = createLogRecorder();
  const told: { atMs: number; what: string; position?: Position | undefined }[] = [];
  const tell = (what: string, more = {}): void => void told.push({ atMs: clock.monotonicMs(), what, ...more });
  const receiver = {
    gga: { ...home, quality: 1, satellites: 8, hdop: 1 } as Gga | undefined,
    rmc: undefined as Omit<Rmc, 'timeOfDayMs' | 'date'> | undefined,
    /** What its satellites say the time is. */
    wallMs: () => Date.UTC(2026, 10, 23, 2) + clock.monotonicMs(),
    speaksAt: 9_600,
    silent: false,
  };
  const say = (text: string): void => {
    if (hand.lastSettings()?.baudRate === receiver.speaksAt) hand.receive(encodeSentence(text));
  };
  const epoch = (): void => {
    clock.at(clock.monotonicMs() + secondMs, epoch);
    if (receiver.silent) return;
    if (receiver.rmc !== undefined)
      say(formatRmc('GN', { ...receiver.rmc, ...dateAndTime(receiver.wallMs()) }, decimals));
    if (receiver.gga !== undefined) say(formatGga('GN', receiver.gga, decimals));
    say('$GPGLL,,,,,,V,N*64');
  };
  epoch();
  const gnss = startGnss({
    openLine: hand.openLine,
    clock,
    log: recorder.log,
    listener: {
      position: (position) => tell(position === undefined ? 'no position' : 'position', { position }),
      satelliteTime: (wallMs) => tell(`time ${new Date(wallMs).toISOString()}`),
      failing: (reason) => tell(`failing: ${reason}`),
      well: () => tell('well'),
    },
  });
  const news = (): string[] => told.splice(0).map(({ what }) => what);
  return { clock, hand, receiver, say, gnss, told, news, log: recorder.lines };
}

function dateAndTime(wallMs: number): Pick<Rmc, 'timeOfDayMs' | 'date'> {
  const day = new Date(wallMs);
  return {
    timeOfDayMs: wallMs % 86_400_000,
    date: { year: day.getUTCFullYear() % 100, month: day.getUTCMonth() + 1, day: day.getUTCDate() },
  };
}

describe('where the hub is', () => {
  test('is told with the sentence it came in, once two fixes agree', () => {
    const { clock, told } = setUp();
    clock.advance(1_500);
    expect(told.map(({ what }) => what)).toEqual(['well']);
    clock.advance(secondMs);
    const { position } = told[1] ?? {};
    expect(position?.latitude).toBeCloseTo(home.latitude, 6);
    expect(position?.longitude).toBeCloseTo(home.longitude, 6);
    expect(position?.gga).toMatch(/^\$GNGGA,,5602\.79000,N,01241\.67000,E,1,08,1\.00,[^\r\n]*\*[0-9A-F]{2}$/u);
  });

  test('is told again once a minute while it stays, however a receiver at rest wanders', () => {
    const { clock, receiver, news } = setUp();
    clock.advance(3 * secondMs);
    news();
    for (let second = 0; second < 600; second += 1) {
      receiver.gga = { ...home, latitude: home.latitude + ((second % 7) - 3) * 3 * metre, quality: 1 };
      clock.advance(secondMs);
    }
    expect(news()).toEqual(Array.from({ length: (600 * secondMs) / tellAgainEveryMs }, () => 'position'));
  });

  test('is told at once when it has moved', () => {
    const { clock, receiver, told, news } = setUp();
    clock.advance(3 * secondMs);
    news();
    receiver.gga = { ...home, latitude: home.latitude + (worthTellingM + 5) * metre, quality: 1 };
    clock.advance(secondMs);
    expect(told[0]?.position?.latitude).toBeCloseTo(home.latitude + (worthTellingM + 5) * metre, 5);
  });

  test('is not known any more when the fix is lost, but a moment under a bridge changes nothing', () => {
    const { clock, receiver, told, news } = setUp();
    clock.advance(3 * secondMs);
    const { gga } = receiver;
    news();
    receiver.gga = { quality: 0, satellites: 2 };
    clock.advance(fixAgeLimitMs - 2 * secondMs);
    receiver.gga = gga;
    clock.advance(2 * secondMs);
    expect(news()).toEqual([]);
    receiver.gga = { quality: 0, satellites: 2 };
    const lostAtMs = clock.monotonicMs();
    clock.advance(hourMs);
    expect(told.map(({ what, atMs }) => [what, atMs - lostAtMs <= fixAgeLimitMs])).toEqual([['no position', true]]);
    receiver.gga = gga;
    clock.advance(3 * secondMs);
    expect(told.at(-1)?.what).toBe('position');
  });

  test.each([
    ['estimated', { quality: 6 }],
    ['typed in', { quality: 7 }],
    ['simulated', { quality: 8 }],
    ['far too coarse', { quality: 1, hdop: hdopLimit + 1 }],
  ])('is not what is %s', (_, changes) => {
    const { clock, receiver, news } = setUp();
    receiver.gga = { ...home, ...changes };
    clock.advance(minuteMs);
    expect(news()).toEqual(['well']);
  });

  test('does not jump for a single sentence: one in 256 that noise has changed looks sound', () => {
    const { clock, receiver, news } = setUp();
    clock.advance(10 * secondMs);
    const { gga } = receiver;
    news();
    receiver.gga = { ...home, latitude: home.latitude + (credibleStepM + 100) * metre, quality: 1 };
    clock.advance(secondMs);
    receiver.gga = gga;
    clock.advance(5 * secondMs);
    expect(news()).toEqual([]);
    receiver.gga = { ...home, latitude: home.latitude + (credibleStepM + 100) * metre, quality: 1 };
    clock.advance(3 * secondMs);
    expect(news()).toEqual(['position']);
  });
});

describe('a receiver without a fix', () => {
  test('works as long as its sentences come', () => {
    const { clock, receiver, news, gnss } = setUp();
    receiver.gga = { quality: 0 };
    clock.advance(12 * hourMs);
    expect(news()).toEqual(['well']);
    expect(gnss.counters()).toMatchObject({ probes: 1, opens: 1 });
  });

  test('tells no time, though it has one', () => {
    const { clock, receiver, news } = setUp();
    receiver.gga = undefined;
    receiver.rmc = { valid: false };
    clock.advance(minuteMs);
    expect(news()).toEqual(['well']);
  });
});

describe('the time of the satellites', () => {
  test('is told with a fix, once two sentences agree, and then once a minute', () => {
    const { clock, receiver, news } = setUp();
    receiver.gga = undefined;
    receiver.rmc = { valid: true, mode: 'A' };
    clock.advance(2_500);
    expect(news()).toEqual(['well', 'time 2026-11-23T02:00:02.000Z']);
    clock.advance(10 * timeEveryMs);
    expect(news()).toHaveLength(10);
  });

  test('is none when the receiver has lost count of the weeks: 1,024 weeks ago this software was not written', () => {
    const { clock, receiver, news, gnss } = setUp();
    receiver.gga = undefined;
    receiver.rmc = { valid: true, mode: 'A' };
    const { wallMs } = receiver;
    receiver.wallMs = () => wallMs() - 1_024 * 7 * 24 * hourMs;
    clock.advance(10_500);
    expect(news()).toEqual(['well']);
    expect(gnss.counters().timesRefused).toBe(10);
  });

  test('does not jump for a single sentence', () => {
    const { clock, receiver, news } = setUp();
    receiver.gga = undefined;
    receiver.rmc = { valid: true, mode: 'A' };
    const { wallMs } = receiver;
    clock.advance(timeEveryMs + 1_500);
    news();
    receiver.wallMs = () => wallMs() + hourMs + 2 * agreementMs;
    clock.advance(secondMs);
    receiver.wallMs = wallMs;
    clock.advance(timeEveryMs);
    expect(news().every((what) => what.startsWith('time 2026-11-23T02:'))).toBe(true);
  });
});

describe('while the hub saves power', () => {
  test('place and time are read every ten minutes, and a move waits until then', () => {
    const { clock, receiver, gnss, news } = setUp();
    receiver.rmc = { valid: true, mode: 'A' };
    clock.advance(5 * secondMs);
    gnss.savePower(true);
    clock.advance(5 * secondMs);
    news();
    receiver.gga = { ...home, latitude: home.latitude + 100 * metre, quality: 1 };
    clock.advance(slowEveryMs - minuteMs);
    expect(news()).toEqual([]);
    clock.advance(2 * minuteMs);
    expect(news()).toEqual([expect.stringMatching(/^time/u), 'position']);
    clock.advance(6 * slowEveryMs);
    expect(news()).toHaveLength(12);
  });

  test('a fix that is lost is no position any more, later; and all is as before when the mains are back', () => {
    const { clock, receiver, gnss, news } = setUp();
    clock.advance(5 * secondMs);
    gnss.savePower(true);
    clock.advance(5 * secondMs);
    const { gga } = receiver;
    news();
    receiver.gga = { quality: 0 };
    clock.advance(slowEveryMs + fixAgeLimitMs);
    expect(news()).toEqual(['no position']);
    gnss.savePower(false);
    receiver.gga = gga;
    clock.advance(3 * secondMs);
    expect(news()).toEqual(['position']);
    receiver.gga = { ...home, latitude: home.latitude + 100 * metre, quality: 1 };
    clock.advance(secondMs);
    expect(news()).toEqual(['position']);
  });

  test('a receiver that is gone is still missed', () => {
    const { clock, receiver, gnss, news } = setUp();
    clock.advance(5 * secondMs);
    gnss.savePower(true);
    receiver.silent = true;
    clock.advance(minuteMs);
    expect(news().at(-1)).toBe('failing: no answer, not after reopen either');
  });
});

describe('the receiver’s line', () => {
  test.each(gnssBaudRates)('is found at %i bits per second, and nothing is called failing meanwhile', (rate) => {
    const { clock, receiver, news } = setUp();
    receiver.speaksAt = rate;
    clock.advance(2 * minuteMs);
    expect(news()[0]).toBe('well');
  });

  test('that is silent at every rate is failing', () => {
    const { clock, receiver, news } = setUp();
    receiver.silent = true;
    clock.advance(2 * minuteMs);
    expect(news()).toEqual(['failing: no answer, not after reopen either']);
  });

  test('keeps its rate once it is known, until the receiver fails', () => {
    const { clock, receiver, hand, news } = setUp();
    receiver.speaksAt = 38_400;
    clock.advance(2 * minuteMs);
    hand.unplug();
    clock.advance(5 * secondMs);
    hand.plug();
    clock.advance(2 * secondMs);
    expect(hand.lastSettings()).toMatchObject({ baudRate: 38_400 });
    hand.unplug();
    clock.advance(minuteMs);
    receiver.speaksAt = 4_800;
    hand.plug();
    clock.advance(5 * minuteMs);
    expect(news().filter((what) => what !== 'position')).toEqual(['well', 'no position', 'failing: unplugged', 'well']);
  });

  test('that is gone takes the position with it', () => {
    const { clock, hand, news } = setUp();
    clock.advance(5 * secondMs);
    news();
    hand.unplug();
    clock.advance(30 * secondMs);
    expect(news()).toEqual(['no position', 'failing: unplugged']);
    hand.plug();
    clock.advance(5 * secondMs);
    expect(news()).toEqual(['well', 'position']);
  });

  test('that is opened anew does not go on with half a sentence of before', () => {
    const { clock, hand, gnss, receiver } = setUp();
    clock.advance(5 * secondMs);
    receiver.silent = true;
    const { sentences } = gnss.counters();
    const bytes = encodeSentence(formatGga('GN', { ...home, quality: 1 }, decimals));
    hand.receive(bytes.subarray(0, 30));
    hand.unplug();
    hand.plug();
    clock.advance(1_500);
    hand.receive(bytes.subarray(30));
    expect(gnss.counters()).toMatchObject({ sentences, discardedBytes: { 'half-sentence': 30 } });
  });

  test('with a sentence that does not hold what it should is counted, and nothing else changes', () => {
    const { clock, say, gnss, news, log } = setUp();
    clock.advance(5 * secondMs);
    news();
    say('$GPGGA,000000,9960.000,N,01241.000,E,1,08,1.0,10.0,M,,M,,*54');
    clock.advance(100);
    expect(gnss.counters()).toMatchObject({ undecodable: 0 });
    say(formatGga('GN', { quality: 1 }, decimals));
    expect(gnss.counters()).toMatchObject({ undecodable: 1 });
    clock.advance(2 * minuteMs);
    expect(news()).toEqual(['position', 'position']);
    expect(JSON.stringify(log)).not.toMatch(/5602|56\.04|1241|12\.69/u);
  });

  test('with nothing but noise is failing: noise is no sign of life', () => {
    const { clock, hand, receiver, news, gnss } = setUp();
    clock.advance(5 * secondMs);
    receiver.silent = true;
    for (let round = 0; round < 100; round += 1) {
      hand.receive(Uint8Array.of(0x24, round, 2, 3, 0x0a));
      clock.advance(secondMs);
    }
    expect(news().at(-1)).toMatch(/^failing/u);
    expect(gnss.counters().discardedBytes['bad-character']).toBeGreaterThan(0);
  });

  test('is left alone when the driver is stopped: nothing is told and nothing waits any more', () => {
    const { clock, hand, gnss, receiver, news } = setUp();
    clock.advance(5 * secondMs);
    hand.receive(Uint8Array.of(1));
    gnss.stop();
    news();
    const waiting = clock.waiting();
    receiver.silent = true;
    clock.advance(hourMs);
    // The receiver's own second is all that is left.
    expect({ news: news(), waiting, last: hand.story.at(-1) }).toEqual({ news: [], waiting: 1, last: 'closed' });
  });
});
