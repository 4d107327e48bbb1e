import { describe, expect, test } from 'vitest';
import { fittedDevices } from '#agent/drivers/fitted.ts';
import type { HubDevices, Position, SupplyReading } from '#agent/hub/devices.ts';
import { type Clock, hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { usualHabits } from '#simulator/world/centreHabits.ts';
import { createGnssSide } from '#simulator/world/gnssSide.ts';
import { createLoads } from '#simulator/world/loads.ts';
import { createRadarSide } from '#simulator/world/radarSide.ts';
import { createReaderSide } from '#simulator/world/readerSide.ts';
import { createRecorder } from '#simulator/world/recorder.ts';
import { devicesOf, type Side, type SideOptions } from '#simulator/world/side.ts';
import { createSupplySide } from '#simulator/world/supplySide.ts';
import { tagNumberOf } from '#simulator/world/tagNumbers.ts';
import type { WiredDevice, Wires } from '#simulator/world/wires.ts';
import type { Action } from '#simulator/world/world.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { memoryBench } from './deviceBench.ts';

/** A device of a world, played by events or by a fake on a wire with the hub's own driver at the other end. */
interface Played {
  clock: { advance(ms: number): void };
  /** What the hub was told, and after how many milliseconds. */
  told: Told;
  side: Side;
  /** What the hub itself does to its devices. */
  hub: Readonly<Record<HubDeed, () => void>>;
}

type Told = { what: string; atMs: number }[];
type HubDeed = 'save power' | 'save no power' | 'test the battery';
type CreateSide = (options: SideOptions) => Side;

/** The situations, each with the time that passes after it. */
type Story = readonly (readonly [Action | HubDeed, forMs: number])[];

const configuration = homeConfiguration({ accessories: [{ name: 'radar', kind: 'radar' }] });

function live({ clock, side, hub, told }: Played, story: Story): Told {
  clock.advance(30 * secondMs);
  for (const [situation, forMs] of story) {
    if (typeof situation === 'string') hub[situation]();
    else perform(side, situation);
    clock.advance(forMs);
  }
  return told;
}

function perform(side: Side, action: Action): void {
  expect(side.perform?.(action)).toEqual({ ok: true, value: undefined });
}

function byEvents(create: CreateSide): Played {
  const clock = createVirtualClock();
  const side = createSide(create, clock);
  return { clock, side, ...listen(clock, devicesOf([side], {})) };
}

function onWire(create: CreateSide, device: WiredDevice): Played {
  const { clock, line, connector, openLine } = memoryBench();
  const side = createSide(create, clock, { [device]: { line, connector } });
  const nothing = (): never => {
    throw new Error('this device is on a wire');
  };
  const fitted = fittedDevices({
    configuration: { ...configuration, [device]: { port: '/dev/wire' } },
    clock,
    log: createLogRecorder().log,
    openPort: () => openLine,
    readSupplies: nothing,
    openInput: nothing,
    lamp: nothing,
    player: nothing,
  });
  return { clock, side, ...listen(clock, devicesOf([side], fitted)) };
}

function createSide(create: CreateSide, clock: Clock, wires?: Wires): Side {
  return create({
    clock,
    recorder: createRecorder(clock.monotonicMs),
    loads: createLoads(),
    random: () => 0.5,
    configuration,
    centre: usualHabits,
    realRates: true,
    bearer: { up() {}, down() {} },
    power() {},
    ...(wires && { wires }),
  });
}

function listen(
  clock: Clock,
  { openSupply, openReader, openGnss, openRadar }: HubDevices,
): Pick<Played, 'told' | 'hub'> {
  const told: Told = [];
  const tell = (what: string): void => void told.push({ what, atMs: clock.monotonicMs() });
  const health = { well: () => tell('well'), failing: () => tell('failing') };
  const supply = openSupply?.({ reading: (reading) => tell(wordsOf(reading)), ...health });
  openReader?.({ tag: tell, ...health });
  const gnss = openGnss?.({
    position: (position) => tell(wordsOfPlace(position)),
    satelliteTime(wallMs) {
      expect(Math.abs(wallMs - clock.wallMs())).toBeLessThanOrEqual(secondMs);
      tell('the time');
    },
    ...health,
  });
  const radar = openRadar?.({ presence: (is) => tell(`present: ${is}`), movement: () => tell('moves'), ...health });
  return {
    told,
    hub: {
      'save power': () => [gnss, radar].forEach((saver) => saver?.savePower(true)),
      'save no power': () => [gnss, radar].forEach((saver) => saver?.savePower(false)),
      'test the battery': () => supply?.testBattery(),
    },
  };
}

function wordsOf({ mains, battery }: SupplyReading): string {
  const inside =
    battery === 'absent' ? 'no battery' : `battery ${battery.chargePercent} % ${battery.test ?? 'untested'}`;
  return `mains ${mains ? 'on' : 'off'}, ${inside}`;
}

/** A receiver at rest wanders by metres; this is some hundreds. */
function wordsOfPlace(position: Position | undefined): string {
  if (position === undefined) return 'at no known place';
  return `at ${position.latitude.toFixed(2)} ${position.longitude.toFixed(2)}`;
}

/** After an hour a port is opened again every ten seconds; and nobody is there any more, on a wire, ten seconds after. */
const apartAtMostMs = 11 * secondMs;

/** Both tell the same, with so many milliseconds between them at most; how the device is may come before what it tells. */
function expectSame(events: Told, wire: Told): void {
  const isTime = (what: string): boolean => what === 'the time';
  for (const isAbout of [isHealth, isTime, (what: string) => !isHealth(what) && !isTime(what)]) {
    const [played, driven] = [events, wire].map((told) => changes(told.filter(({ what }) => isAbout(what))));
    expect(driven?.map(({ what }) => what)).toEqual(played?.map(({ what }) => what));
    const apartMs = played?.map(({ atMs }, index) => Math.abs(atMs - (driven?.[index]?.atMs ?? Infinity))) ?? [];
    expect(Math.max(0, ...apartMs)).toBeLessThanOrEqual(apartAtMostMs);
  }
}

function isHealth(what: string): boolean {
  return what === 'well' || what === 'failing';
}

/** Where a state is told, only changes of it: events say that a device is well each time it is plugged in. */
function changes(told: Told): Told {
  const isState = (what: string): boolean => isHealth(what) || /^(mains|at|the time)/u.test(what);
  return told.filter(({ what }, index) => !isState(what) || what !== told[index - 1]?.what);
}

function whatOf(told: Told): string[] {
  return told.map(({ what }) => what);
}

describe('what a world tells the hub of a device is what its driver tells in the same situation', () => {
  test('the tag reader', () => {
    const story: Story = [
      [{ word: 'tag', name: 'unknown' }, 10 * secondMs],
      [{ word: 'unplug', device: 'reader' }, 2 * secondMs],
      [{ word: 'plug', device: 'reader' }, 30 * secondMs],
      [{ word: 'unplug', device: 'reader' }, hourMs],
      [{ word: 'tag', name: 'unknown' }, secondMs],
      [{ word: 'plug', device: 'reader' }, 30 * secondMs],
      [{ word: 'tag', name: 'unknown' }, 10 * secondMs],
    ];
    const events = live(byEvents(createReaderSide), story);
    const number = tagNumberOf('unknown');
    expect(whatOf(events)).toEqual(['well', number, 'well', 'failing', 'well', number]);
    expectSame(events, live(onWire(createReaderSide, 'reader'), story));
  });

  test('the radar', () => {
    const story: Story = [
      [{ word: 'move', name: 'radar' }, 60 * secondMs],
      [{ word: 'move', name: 'radar' }, 60 * secondMs],
      [{ word: 'still', name: 'radar' }, 60 * secondMs],
      ['save power', secondMs],
      [{ word: 'move', name: 'radar' }, 60 * secondMs],
      [{ word: 'still', name: 'radar' }, 60 * secondMs],
      [{ word: 'move', name: 'radar' }, secondMs],
      ['save no power', 60 * secondMs],
      [{ word: 'unplug', device: 'radar' }, hourMs],
      [{ word: 'plug', device: 'radar' }, 60 * secondMs],
      [{ word: 'still', name: 'radar' }, 60 * secondMs],
    ];
    const events = live(byEvents(createRadarSide), story);
    expect(events.length).toBeGreaterThan(10);
    expectSame(events, live(onWire(createRadarSide, 'radar'), story));
  });

  test('the receiver of positions', () => {
    const move = (latitude: number): Action => ({ word: 'position', name: 'hub', latitude, longitude: 12.9012 });
    const story: Story = [
      [move(56.1), 3 * minuteMs],
      ['save power', secondMs],
      [move(56.2), 15 * minuteMs],
      ['save no power', minuteMs],
      [{ word: 'unplug', device: 'gnss' }, 2 * secondMs],
      [{ word: 'plug', device: 'gnss' }, 2 * minuteMs],
      [{ word: 'unplug', device: 'gnss' }, hourMs],
      [move(56.3), secondMs],
      [{ word: 'plug', device: 'gnss' }, 2 * minuteMs],
    ];
    const events = live(byEvents(createGnssSide), story);
    expect(whatOf(changes(events.filter(({ what }) => what.startsWith('at'))))).toEqual([
      'at 56.05 12.69',
      'at 56.10 12.90',
      'at 56.20 12.90',
      'at no known place',
      'at 56.30 12.90',
    ]);
    expectSame(events, live(onWire(createGnssSide, 'gnss'), story));
  });

  test('the supply: mains, battery and its tests', () => {
    const story: Story = [
      [{ word: 'mains', is: 'off' }, 60 * secondMs],
      [{ word: 'mains', is: 'on' }, 60 * secondMs],
      ['test the battery', 60 * secondMs],
      [{ word: 'battery', healthPercent: 50 }, 60 * secondMs],
      ['test the battery', 60 * secondMs],
      [{ word: 'battery', absent: true }, 60 * secondMs],
      [{ word: 'battery', absent: false, healthPercent: 100 }, 60 * secondMs],
      [{ word: 'unplug', device: 'ups' }, 2 * secondMs],
      [{ word: 'plug', device: 'ups' }, 30 * secondMs],
      [{ word: 'unplug', device: 'ups' }, hourMs],
      [{ word: 'mains', is: 'off' }, 30 * secondMs],
      [{ word: 'plug', device: 'ups' }, 60 * secondMs],
    ];
    const events = live(byEvents(createSupplySide), story);
    expect(events.length).toBeGreaterThan(10);
    expectSame(events, live(onWire(createSupplySide, 'ups'), story));
  });

  test.each([90, 75, 50, 30, 20, 15, 10, 5])(
    'the supply: a charge of %i per cent is estimated on a wire, at most 1 too low and 16 too high',
    (chargePercent) => {
      const story: Story = [
        [{ word: 'mains', is: 'off' }, 60 * secondMs],
        [{ word: 'battery', chargePercent }, hourMs],
      ];
      const [events = Number.NaN, wire = Number.NaN] = [
        byEvents(createSupplySide),
        onWire(createSupplySide, 'ups'),
      ].map((played) => Number(/battery (\d+) %/u.exec(live(played, story).at(-1)?.what ?? '')?.[1]));
      expect(wire).toBeGreaterThanOrEqual(events - 1);
      expect(wire).toBeLessThanOrEqual(events + 16);
    },
  );
});
