import { describe, expect, test } from 'vitest';
import type { Position } from '#agent/hub/devices.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#simulator/virtualClock.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createFrontSide } from './frontSide.ts';
import { createGnssSide } from './gnssSide.ts';
import { usualHabits } from './centreHabits.ts';
import { createLoads } from './loads.ts';
import { createRadarSide } from './radarSide.ts';
import { createRecorder } from './recorder.ts';
import type { Side, SideOptions } from './side.ts';

function setUp(create: (options: SideOptions) => Side, realRates = false) {
  const clock = createVirtualClock();
  const recorder = createRecorder(clock.monotonicMs);
  recorder.begin();
  const loads = createLoads();
  const configuration = homeConfiguration({
    accessories: [
      { name: 'radar', kind: 'radar' },
      { name: 'gps', kind: 'gps' },
      { name: 'pendant', kind: 'pendant', id: '002a0001' },
    ],
  });
  const surroundings = { configuration, centre: usualHabits, realRates };
  const side = create({
    clock,
    recorder,
    loads,
    random: () => 0.5,
    ...surroundings,
    bearer: { up() {}, down() {} },
    power: () => {},
  });
  return { clock, recorder, loads, side, devices: side.devices?.() ?? {} };
}

function shown({ recorder }: ReturnType<typeof setUp>): string[] {
  return recorder.events().flatMap((event) => (event.kind === 'light' || event.kind === 'sound' ? [event.name] : []));
}

describe('the front', () => {
  test('shows and plays what it is told, each light once, and hands the buttons over', () => {
    const world = setUp(createFrontSide);
    const buttons: string[] = [];
    const front = world.devices.openFront?.({ button: (name) => buttons.push(name), failing() {}, well() {} });
    front?.show('ready');
    front?.show('ready');
    front?.play('acknowledged');
    world.side.perform?.({ word: 'button', name: 'cancel' });
    expect(shown(world)).toEqual(['ready', 'acknowledged']);
    expect(buttons).toEqual(['cancel']);
  });

  test('of a hub that is killed shows nothing, and its buttons do nothing', () => {
    const world = setUp(createFrontSide);
    const buttons: string[] = [];
    world.devices.openFront?.({ button: (name) => buttons.push(name), failing() {}, well() {} }).show('ready');
    world.side.onEnd?.();
    world.side.perform?.({ word: 'button', name: 'alarm' });
    expect(shown(world)).toEqual(['ready', 'off']);
    expect(buttons).toEqual([]);
  });

  test('draws less while it saves power (B6.2)', () => {
    const { devices, loads } = setUp(createFrontSide);
    const bright = loads.totalMilliwatts();
    devices.openFront?.({ button() {}, failing() {}, well() {} }).savePower(true);
    expect(loads.totalMilliwatts()).toBeLessThan(bright / 5);
  });
});

describe('the receiver of positions', () => {
  function withGnss(realRates = false) {
    const world = setUp(createGnssSide, realRates);
    const told: (Position | undefined)[] = [];
    const health: string[] = [];
    const times: number[] = [];
    const gnss = world.devices.openGnss?.({
      position: (position) => told.push(position),
      satelliteTime: (wallMs) => times.push(wallMs),
      failing: () => health.push('failing'),
      well: () => health.push('well'),
    });
    world.clock.advance(2 * secondMs);
    return { ...world, gnss, told, health, times };
  }

  test('tells where the home is and what time it is each minute, and a new place at once', () => {
    const { clock, side, told, times } = withGnss();
    clock.advance(10 * minuteMs);
    expect(told).toHaveLength(11);
    expect(times).toHaveLength(11);
    side.perform?.({ word: 'position', name: 'hub', latitude: 56, longitude: 13 });
    expect(told.at(-1)).toEqual({ latitude: 56, longitude: 13 });
  });

  test('tells the time each second at its real rate, and a place that stays each minute all the same', () => {
    const { clock, times, told } = withGnss(true);
    clock.advance(minuteMs);
    expect(times).toHaveLength(62);
    expect(told).toHaveLength(2);
  });

  test('gone, its place is not known any more; put back, it tells it anew', () => {
    const { clock, side, told } = withGnss();
    side.perform?.({ word: 'unplug', device: 'gnss' });
    clock.advance(10 * secondMs);
    side.perform?.({ word: 'plug', device: 'gnss' });
    clock.advance(minuteMs);
    expect(told).toEqual([expect.objectContaining({}), undefined, told[0]]);
  });

  test('is slow while the hub saves power, and draws less (B6.2)', () => {
    const { clock, side, told, gnss, loads, times } = withGnss();
    const awake = loads.totalMilliwatts();
    gnss?.savePower(true);
    expect(loads.totalMilliwatts()).toBeLessThan(awake / 5);
    side.perform?.({ word: 'position', name: 'hub', latitude: 56, longitude: 13 });
    expect(told).toHaveLength(1);
    clock.advance(10 * minuteMs);
    expect(told).toHaveLength(2);
    expect(times).toHaveLength(2);
  });

  test('pulled out is failing after its silence, and draws nothing', () => {
    const { clock, side, loads, health } = withGnss();
    side.perform?.({ word: 'unplug', device: 'gnss' });
    clock.advance(hourMs);
    expect(health).toEqual(['well', 'failing']);
    expect(loads.totalMilliwatts()).toBe(0);
  });
});

test('a tracker is a gps accessory: its button and its place are told with its id, and others have neither', () => {
  const { side, devices } = setUp(createGnssSide);
  const told: unknown[] = [];
  devices.openTracker?.({ sos: (id) => told.push(id), position: (id, { latitude }) => told.push(id, latitude) });
  side.perform?.({ word: 'sos', name: 'gps' });
  side.perform?.({ word: 'position', name: 'gps', latitude: 56, longitude: 13 });
  expect(told).toEqual(['gps', 'gps', 56]);
  expect(side.perform?.({ word: 'sos', name: 'pendant' })).toMatchObject({ ok: false });
  expect(side.perform?.({ word: 'sos', name: 'nobody' })).toMatchObject({ ok: false });
});

describe('the radar', () => {
  function withRadar() {
    const world = setUp(createRadarSide);
    const told: string[] = [];
    const radar = world.devices.openRadar?.({
      presence: (present) => told.push(present ? 'there' : 'gone'),
      movement: () => told.push('moves'),
      failing: () => told.push('failing'),
      well: () => told.push('well'),
    });
    world.clock.advance(2 * secondMs);
    return { ...world, radar, told };
  }

  test('tells movement and presence at once, and leaves other accessories’ movement to them', () => {
    const { side, told } = withRadar();
    expect(side.perform?.({ word: 'move', name: 'pendant' })).toBeUndefined();
    side.perform?.({ word: 'move', name: 'radar' });
    side.perform?.({ word: 'move', name: 'radar' });
    side.perform?.({ word: 'still', name: 'radar' });
    expect(told).toEqual(['well', 'there', 'moves', 'moves', 'gone']);
  });

  test('while the hub saves power tells what moved within half a minute, and draws less (B6.2)', () => {
    const { clock, side, radar, loads, told } = withRadar();
    const awake = loads.totalMilliwatts();
    radar?.savePower(true);
    expect(loads.totalMilliwatts()).toBeLessThan(awake / 5);
    side.perform?.({ word: 'move', name: 'radar' });
    expect(told).toEqual(['well']);
    clock.advance(30 * secondMs);
    expect(told).toEqual(['well', 'there', 'moves']);
  });

  test('pulled out sees nothing, and is failing after its silence', () => {
    const { clock, side, told } = withRadar();
    side.perform?.({ word: 'unplug', device: 'radar' });
    side.perform?.({ word: 'move', name: 'radar' });
    clock.advance(minuteMs);
    expect(told).toEqual(['well', 'failing']);
  });
});
