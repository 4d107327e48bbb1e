import { expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type ChargeSign, createChargeEstimate, lowPercent } from './chargeEstimate.ts';

const everyMs = 5 * secondMs;
const charged: ChargeSign = { cellVolts: 2.27, loadPercent: 2, mains: true, testing: false, low: false };

function setUp() {
  const clock = createVirtualClock();
  const estimate = createChargeEstimate(clock);
  return {
    estimate,
    /** The same sign every 5 s for so long; what is estimated at each. */
    during(lastsMs: number, sign: Partial<ChargeSign>): number[] {
      return Array.from({ length: Math.max(1, lastsMs / everyMs) }, () => {
        clock.advance(everyMs);
        return estimate.reading({ ...charged, ...sign });
      });
    },
  };
}

test('a battery at its float voltage is full', () => {
  expect(setUp().estimate.reading(charged)).toBe(100);
});

test.each([
  [2.11, 100],
  [2.01, 50],
  [1.95, 25],
  [1.75, 0],
  [1.6, 0],
])('a hub that starts on battery takes the voltage as it is: %d V are %d per cent', (cellVolts, percent) => {
  expect(setUp().estimate.reading({ ...charged, mains: false, cellVolts, loadPercent: 0 })).toBe(percent);
});

test('a heavy load pulls the voltage down, and that is taken into account', () => {
  expect(setUp().estimate.reading({ ...charged, mains: false, cellVolts: 1.91, loadPercent: 100 })).toBe(75);
});

test('the voltage falls when the mains go, and the charge is what it was until it has settled', () => {
  const { during } = setUp();
  during(minuteMs, {});
  expect(new Set(during(50 * secondMs, { mains: false, cellVolts: 2.02 }))).toEqual(new Set([100]));
  expect(during(6 * hourMs, { mains: false, cellVolts: 2.08 }).at(-1)).toBe(87);
});

test('it never rises while the battery is drawn on, whatever the voltage does', () => {
  const { during } = setUp();
  during(10 * minuteMs, { mains: false, cellVolts: 2.03 });
  const [before] = during(everyMs, { mains: false, cellVolts: 2.03 });
  expect(Math.max(...during(10 * minuteMs, { mains: false, cellVolts: 2.1 }))).toBe(before);
});

test('it goes down a step of the voltage slowly, and is never far ahead of it', () => {
  const { during } = setUp();
  during(minuteMs, {});
  const down = during(4 * hourMs, { mains: false, cellVolts: 2.09 });
  expect(down.slice(1).every((percent, index) => (down[index] ?? 0) - percent <= 1)).toBe(true);
  expect(during(10 * minuteMs, { mains: false, cellVolts: 1.9 }).at(-1)).toBeLessThanOrEqual(19);
  expect(during(10 * minuteMs, { mains: false, cellVolts: 1.75 }).at(-1)).toBe(0);
});

test('a load that comes for seconds is no discharge', () => {
  const { during } = setUp();
  during(10 * minuteMs, { mains: false, cellVolts: 2.1 });
  expect(during(everyMs, { mains: false, cellVolts: 1.9 }).at(-1)).toBeGreaterThan(80);
});

test('on the mains it rises no faster than a charger charges, although the voltage is high at once', () => {
  const { during } = setUp();
  during(10 * minuteMs, { mains: false, cellVolts: 1.95 });
  expect(during(hourMs, { cellVolts: 2.27 }).at(-1)).toBeLessThanOrEqual(39);
  expect(during(8 * hourMs, { cellVolts: 2.27 }).at(-1)).toBe(100);
});

test('on the mains what the voltage leaves open stays as it was: a full battery that rests is full', () => {
  const { during } = setUp();
  during(minuteMs, {});
  expect(during(hourMs, { cellVolts: 2.13 }).at(-1)).toBe(100);
  expect(during(hourMs, { cellVolts: 2.03 }).at(-1)).toBe(50);
});

test('a test of the battery changes nothing, not while it lasts and not right after it', () => {
  const { during } = setUp();
  during(minuteMs, {});
  during(10 * secondMs, { testing: true, cellVolts: 1.9 });
  expect(new Set(during(30 * secondMs, { cellVolts: 2.0 }))).toEqual(new Set([100]));
});

test('a supply that says that its battery is low is believed at once', () => {
  const { during } = setUp();
  during(minuteMs, {});
  expect(during(everyMs, { mains: false, cellVolts: 2.1, low: true })).toEqual([lowPercent]);
});

test('a supply without a voltage is full until it says that it is low', () => {
  const { during } = setUp();
  expect(during(everyMs, { cellVolts: undefined })).toEqual([100]);
  expect(during(everyMs, { cellVolts: undefined, mains: false, low: true })).toEqual([lowPercent]);
});

test('another battery is estimated anew', () => {
  const { during, estimate } = setUp();
  during(10 * minuteMs, { mains: false, cellVolts: 1.8 });
  estimate.forget();
  expect(during(everyMs, { mains: false, cellVolts: 2.11 })).toEqual([100]);
});
