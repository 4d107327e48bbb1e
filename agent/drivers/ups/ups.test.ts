import { describe, expect, test } from 'vitest';
import type { SupplyReading } from '#agent/hub/devices.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLineParser, encodeLine } from '#protocol/megatec/lines.ts';
import { writeRatings } from '#protocol/megatec/ratings.ts';
import { type Status, writeStatus } from '#protocol/megatec/status.ts';
import { createHandLine } from '#test/handLine.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { shownWithinMs } from './batteryTest.ts';
import { absentReadings, startUps, type UpsParts } from './ups.ts';

const well: Status = {
  inputVolts: 230,
  faultVolts: 230,
  outputVolts: 230,
  loadPercent: 2,
  frequencyHz: 50,
  battery: { volts: 13.6, of: 'battery' },
  temperatureCelsius: 25,
  mainsGone: false,
  batteryLow: false,
  bypass: false,
  failed: false,
  standby: true,
  testing: false,
  shutdown: false,
  beeper: true,
};
/** From one look to the next, at most. */
const lookMs = 5 * secondMs;

/** The driver on a line, with a supply in hand at its other end. */
function setUp(settings: UpsParts['settings'] = {}) {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const { log, lines } = createLogRecorder();
  const readings: SupplyReading[] = [];
  const health: string[] = [];
  const asked: string[] = [];
  const supply = {
    status: { ...well },
    answerAfterMs: 400,
    /** What it says to a line; undefined: nothing. */
    answer: (text: string): string | undefined => {
      if (text === 'Q1') return writeStatus(supply.status);
      return text === 'F' ? writeRatings({ volts: 230, amperes: 2, batteryVolts: 12, frequencyHz: 50 }) : undefined;
    },
  };
  const parser = createLineParser('computer');
  hand.onWrite = (bytes) => {
    for (const item of parser.push(bytes)) {
      if (item.kind !== 'line') throw new Error('the driver said something that is no line');
      asked.push(item.text);
      const text = supply.answer(item.text);
      if (text !== undefined) {
        clock.at(clock.monotonicMs() + supply.answerAfterMs, () => hand.receive(encodeLine(text)));
      }
    }
  };
  const ups = startUps({
    openLine: hand.openLine,
    clock,
    log,
    listener: {
      reading: (reading) => readings.push(reading),
      failing: (reason) => health.push(`failing: ${reason}`),
      well: () => health.push('well'),
    },
    settings,
  });
  return {
    clock,
    hand,
    supply,
    asked,
    ups,
    lines,
    health,
    news: () => readings.splice(0),
    /** The supply is otherwise from now on, and is looked at. */
    become(change: Partial<Status>, forMs = lookMs) {
      supply.status = { ...supply.status, ...change };
      clock.advance(forMs);
    },
  };
}

describe('the driver of a Megatec supply', () => {
  test('opens it at its rate, asks what it is made for, and tells how it is', () => {
    const { clock, hand, asked, health, news } = setUp();
    clock.advance(2 * secondMs);
    expect(hand.lastSettings()).toEqual({ baudRate: 2400 });
    expect(asked).toEqual(['Q1', 'F']);
    expect(health).toEqual(['well']);
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100 } }]);
  });

  test('looks every 5 s at least, tells the loss of the mains within it, and nothing that has not changed (B6.1)', () => {
    const { clock, supply, asked, become, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    clock.advance(10 * minuteMs);
    expect(asked.length).toBeGreaterThan(120);
    expect(news()).toEqual([]);
    become({ mainsGone: true, battery: { volts: 12.7, of: 'battery' } });
    expect(news()).toEqual([{ mains: false, battery: { chargePercent: 100 } }]);
    supply.answerAfterMs = 1_400;
    become({ mainsGone: false, battery: { volts: 13.6, of: 'battery' } });
    expect(news()).toMatchObject([{ mains: true }]);
  });

  test('asks once a session what the supply is made for, and does without when it does not say', () => {
    const { clock, hand, supply, asked, news } = setUp();
    const { answer } = supply;
    supply.answer = (text) => (text === 'F' ? 'F' : answer(text));
    clock.advance(minuteMs);
    expect(asked.filter((text) => text === 'F')).toHaveLength(1);
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100 } }]);
    hand.unplug();
    hand.plug();
    clock.advance(minuteMs);
    expect(asked.filter((text) => text === 'F')).toHaveLength(2);
  });

  test('asks a supply that tells the voltage of a cell nothing more', () => {
    const { clock, supply, asked, news } = setUp();
    supply.status = { ...well, battery: { volts: 2.27, of: 'cell' } };
    clock.advance(minuteMs);
    expect(new Set(asked)).toEqual(new Set(['Q1']));
    expect(news()).toMatchObject([{ battery: { chargePercent: 100 } }]);
  });

  test('believes that there is no battery when it was told some times in a row, and that one is there at once', () => {
    const { clock, become, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    const none = { battery: { volts: 0, of: 'battery' } } as const;
    become(none, (absentReadings - 1) * 3_900);
    expect(news()).toEqual([]);
    become(none);
    expect(news()).toEqual([{ mains: true, battery: 'absent' }]);
    become({ battery: { volts: 13.6, of: 'battery' } });
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100 } }]);
  });

  test('is not misled by one reading without a battery, which no checksum guards', () => {
    const { clock, become, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    become({ battery: { volts: 0, of: 'battery' } }, 3_900);
    become({ battery: well.battery ?? { volts: 0, of: 'battery' } }, minuteMs);
    expect(news()).toEqual([]);
  });
});

describe('the monthly test of the battery (B6.5)', () => {
  function begun() {
    const all = setUp();
    all.clock.advance(2 * secondMs);
    all.news();
    all.ups.testBattery();
    all.clock.advance(lookMs);
    expect(all.asked.filter((text) => text === 'T')).toHaveLength(1);
    all.become({ testing: true, battery: { volts: 12.6, of: 'battery' } }, 2 * lookMs);
    expect(all.news()).toEqual([]);
    return all;
  }
  const over = { testing: false, battery: { volts: 13.6, of: 'battery' } } as const;

  test('is passed when it ends and nothing was wrong; it is said once', () => {
    const { become, news } = begun();
    become(over, minuteMs);
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100, test: 'passed' } }]);
  });

  test('is failed when the supply says so', () => {
    const { become, news } = begun();
    become({ ...over, failed: true });
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100, test: 'failed' } }]);
    become({ failed: false }, minuteMs);
    expect(news()).toEqual([]);
  });

  test('is failed when the battery gave out in it', () => {
    const { become, news } = begun();
    become({ battery: { volts: 10.2, of: 'battery' } });
    become(over);
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100, test: 'failed' } }]);
  });

  test('says nothing when the mains went in the middle of it', () => {
    const { become, news } = begun();
    become({ mainsGone: true });
    become({ ...over, mainsGone: false });
    expect(news().map(({ battery }) => battery !== 'absent' && battery.test)).toEqual([undefined, undefined]);
  });

  test('says nothing when the supply does not show it, and the log says why', () => {
    const { clock, ups, news, lines } = setUp();
    clock.advance(2 * secondMs);
    news();
    ups.testBattery();
    clock.advance(shownWithinMs + 2 * lookMs);
    expect(news()).toEqual([]);
    expect(lines.map(({ message }) => message)).toContain(
      'the supply does not show a battery test: it is not known how it ended',
    );
  });

  test('is not begun while the mains are gone, nor made up for later', () => {
    const { clock, ups, asked, become } = setUp();
    clock.advance(2 * secondMs);
    become({ mainsGone: true });
    ups.testBattery();
    clock.advance(minuteMs);
    become({ mainsGone: false }, minuteMs);
    expect(asked).not.toContain('T');
  });

  test('that the supply begins by itself counts as well', () => {
    const { clock, become, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    become({ testing: true });
    become({ testing: false });
    expect(news()).toMatchObject([{ battery: { test: 'passed' } }]);
  });

  test('is not needed for a supply that keeps saying that its battery is to be replaced', () => {
    const { clock, become, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    become({ failed: true }, 3_900);
    expect(news()).toEqual([]);
    become({ failed: true });
    expect(news()).toMatchObject([{ battery: { test: 'failed' } }]);
  });

  test('of another battery is not known', () => {
    const { become, news } = begun();
    become(over);
    become({ battery: { volts: 0, of: 'battery' } }, minuteMs);
    become({ battery: { volts: 13.6, of: 'battery' } });
    expect(news().at(-1)).toEqual({ mains: true, battery: { chargePercent: 100 } });
  });
});

describe('a supply that is not well', () => {
  test('is failing within 15 s of silence, and well when it answers again; what was missed is told', () => {
    const { clock, supply, health, become, news } = setUp();
    clock.advance(2 * secondMs);
    const { answer } = supply;
    supply.answer = () => undefined;
    clock.advance(15 * secondMs);
    expect(health).toEqual(['well', 'failing: no answer, not after reopen either']);
    clock.advance(60 * minuteMs);
    news();
    supply.answer = answer;
    become({ mainsGone: true }, 40 * secondMs);
    expect(health.slice(2)).toEqual(['well']);
    expect(news()).toMatchObject([{ mains: false }]);
  });

  test('is asked anew on a line that is back before the last question was given up', () => {
    const { clock, hand, supply, news } = setUp({ reopenEveryMs: 10 });
    const { answer } = supply;
    supply.answer = () => undefined;
    clock.advance(100);
    supply.answer = answer;
    hand.unplug();
    hand.plug();
    clock.advance(secondMs);
    expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100 } }]);
  });

  test('that does not know Q1 is failing: its echo is no sign of life', () => {
    const { clock, supply, health, ups } = setUp();
    supply.answer = (text) => text;
    clock.advance(minuteMs);
    expect(health).toEqual(['failing: no answer, not after reopen either']);
    expect(ups.counters().refusals).toBeGreaterThan(0);
  });

  test('is counted, line by line and byte by byte, and changes nothing', () => {
    const { clock, hand, ups, news } = setUp();
    clock.advance(2 * secondMs);
    news();
    hand.receive(encodeLine('(231.0 000.0 231.0 016 49.0 27.0 20.8 00001'));
    hand.receive(encodeLine('NAK'));
    hand.receive(encodeLine(writeStatus({ ...well, mainsGone: true })));
    hand.receive(Uint8Array.of(0xff, 0x0d));
    clock.advance(secondMs);
    expect(ups.counters()).toMatchObject({
      undecodable: 1,
      refusals: 1,
      readings: 2,
      discardedBytes: { 'not-text': 1, empty: 1 },
    });
    expect(news()).toEqual([]);
  });

  test('costs counters and one debug line a minute, however noisy its line', () => {
    const { clock, hand, ups, lines } = setUp();
    clock.advance(2 * secondMs);
    const before = lines.length;
    for (let round = 0; round < 600; round += 1) {
      hand.receive(new Uint8Array(100).fill(0x20 + (round % 64)));
      clock.advance(secondMs);
    }
    expect(lines.slice(before).filter(({ message }) => message.startsWith('noise')).length).toBeLessThanOrEqual(11);
    expect(ups.counters().discardedBytes['too-long']).toBeGreaterThan(50_000);
  });

  test('leaves nothing behind when it is stopped in the middle of a question', () => {
    const { clock, ups, health, news } = setUp();
    clock.advance(600);
    ups.stop();
    clock.advance(minuteMs);
    expect({ waiting: clock.waiting(), health, news: news() }).toEqual({ waiting: 0, health: ['well'], news: [] });
  });
});
