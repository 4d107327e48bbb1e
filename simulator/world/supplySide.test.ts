import { expect, test } from 'vitest';
import type { Supply, SupplyListener, SupplyReading } from '#agent/hub/devices.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#simulator/virtualClock.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { usualHabits } from './centreHabits.ts';
import { createLoads } from './loads.ts';
import { createRecorder } from './recorder.ts';
import { createSupplySide } from './supplySide.ts';
import type { Action } from './world.ts';

/** The parts beside the hub itself, awake or slow, in milliwatts; as front, GNSS and radar draw them. */
const others = { awake: 625, slow: 45 };

/** A supply alone, with the rest of the hub as a load. */
function setUp(rest: keyof typeof others = 'slow') {
  const clock = createVirtualClock();
  const recorder = createRecorder(clock.monotonicMs);
  const loads = createLoads();
  const powers: { on: boolean; atMs: number }[] = [];
  const side = createSupplySide({
    clock,
    recorder,
    loads,
    random: () => 0.5,
    configuration: homeConfiguration(),
    bearer: { up() {}, down() {} },
    centre: usualHabits,
    realRates: false,
    power(on) {
      powers.push({ on, atMs: clock.monotonicMs() });
      side.onPower?.(on);
    },
  });
  loads.set('others', others[rest]);
  recorder.begin();
  const readings: { reading: SupplyReading; atMs: number }[] = [];
  const health: string[] = [];
  const listener: SupplyListener = {
    reading: (reading) => readings.push({ reading, atMs: clock.monotonicMs() }),
    failing: () => health.push('failing'),
    well: () => health.push('well'),
  };
  const open = (): Supply | undefined => side.devices?.().openSupply?.(listener);
  const perform = (action: Action) => side.perform?.(action);
  return { clock, recorder, powers, side, readings, health, open, perform };
}

const mains = (is: 'on' | 'off'): Action => ({ word: 'mains', is });

test('a new battery carries a hub that saves power for 72 hours, and one that does not for 48 at most (B6.4)', () => {
  const saving = setUp('slow');
  saving.perform(mains('off'));
  saving.clock.advance(72 * hourMs);
  expect(saving.powers).toEqual([]);
  saving.clock.advance(6 * hourMs);
  expect(saving.powers).toMatchObject([{ on: false }]);
  const wasting = setUp('awake');
  wasting.perform(mains('off'));
  wasting.clock.advance(50 * hourMs);
  expect(wasting.powers).toMatchObject([{ on: false }]);
});

test('an empty battery ends it until the mains are back; then it charges, full within half a day (B6.6)', () => {
  const { clock, powers, side, perform } = setUp();
  perform({ word: 'battery', chargePercent: 1 });
  perform(mains('off'));
  clock.advance(2 * hourMs);
  expect(side.state?.()).toEqual({ power: 'battery', charge: 0 });
  perform(mains('on'));
  expect(powers.map(({ on }) => on)).toEqual([false, true]);
  clock.advance(12 * hourMs);
  expect(side.state?.()).toEqual({ power: 'mains', charge: 100 });
});

test('without a battery the mains are all there is', () => {
  const { powers, perform } = setUp();
  perform({ word: 'battery', absent: true });
  expect(powers).toEqual([]);
  perform(mains('off'));
  perform(mains('on'));
  expect(powers.map(({ on }) => on)).toEqual([false, true]);
});

test('a power cut takes both, for 30 s or as long as is said, and neither drains nor charges', () => {
  const { clock, powers, side, perform } = setUp();
  perform({ word: 'battery', chargePercent: 40 });
  perform({ word: 'hub', does: 'power-cut' });
  clock.advance(hourMs);
  perform({ word: 'hub', does: 'power-cut', offMs: 10 * hourMs });
  clock.advance(10 * hourMs);
  expect(powers.map(({ on, atMs }) => [on, atMs])).toEqual([
    [false, 0],
    [true, 30 * secondMs],
    [false, hourMs],
    [true, 11 * hourMs],
  ]);
  expect(side.state?.().charge).toBe(50);
});

test('each change of the mains and each per cent is noted, and nothing between them happens', () => {
  const { clock, recorder, perform } = setUp();
  perform(mains('off'));
  clock.advance(72 * hourMs);
  const noted = recorder.events().filter((event) => event.kind === 'power');
  expect(noted[0]).toMatchObject({ mains: false, chargePercent: 100, atMs: 0 });
  expect(noted.map(({ chargePercent }) => chargePercent)).toEqual(
    Array.from({ length: noted.length }, (_none, index) => 100 - index),
  );
  expect(noted.at(-1)?.chargePercent).toBeLessThan(8);
});

test('the driver sees a change at its next look, 5 s later at most, and tells nothing else (B6.1)', () => {
  const { clock, readings, open, perform } = setUp();
  open();
  clock.advance(hourMs + 7_000);
  perform(mains('off'));
  clock.advance(2_000);
  perform(mains('on'));
  clock.advance(minuteMs);
  expect(readings).toMatchObject([{ reading: { mains: true }, atMs: 0 }]);
  perform(mains('off'));
  const atMs = clock.monotonicMs();
  clock.advance(5 * secondMs);
  expect(readings[1]).toMatchObject({ reading: { mains: false, battery: { chargePercent: 100, healthPercent: 100 } } });
  expect(readings[1]?.atMs).toBeGreaterThan(atMs);
});

test('a battery that holds too little fails its test, which stands until the next or until it is taken out', () => {
  const { clock, readings, open, perform } = setUp();
  const supply = open();
  perform({ word: 'battery', healthPercent: 60 });
  supply?.testBattery();
  clock.advance(minuteMs);
  perform({ word: 'battery', healthPercent: 95 });
  clock.advance(minuteMs);
  supply?.testBattery();
  clock.advance(minuteMs);
  perform({ word: 'battery', absent: true });
  clock.advance(minuteMs);
  perform({ word: 'battery', absent: false });
  clock.advance(minuteMs);
  const tests = readings.map(({ reading: { battery } }) => (battery === 'absent' ? battery : battery.test));
  expect(tests).toEqual([undefined, 'failed', 'failed', 'passed', 'absent', undefined]);
});

test('pulled out it is silent, and after three looks failing; put back it tells what it missed', () => {
  const { clock, readings, health, open, perform } = setUp();
  open();
  clock.advance(minuteMs);
  perform({ word: 'unplug', device: 'ups' });
  perform(mains('off'));
  clock.advance(14_000);
  expect(health).toEqual(['well']);
  clock.advance(hourMs);
  expect(health).toEqual(['well', 'failing']);
  expect(readings).toHaveLength(1);
  perform({ word: 'plug', device: 'ups' });
  clock.advance(minuteMs);
  expect(health).toEqual(['well', 'failing', 'well']);
  expect(readings.at(-1)?.reading.mains).toBe(false);
  expect(perform({ word: 'plug', device: 'ups' })).toMatchObject({ ok: false });
});
