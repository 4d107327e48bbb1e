import { describe, expect, test } from 'vitest';
import { startRadar } from '#agent/drivers/radar/radar.ts';
import { startReader } from '#agent/drivers/reader/reader.ts';
import type { HubDevices, Saver } from '#agent/hub/devices.ts';
import { createRadarDevice } from '#devices/radar/radarDevice.ts';
import { createTagReader } from '#devices/tag-reader/tagReader.ts';
import { type Clock, hourMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { usualHabits } from '#simulator/world/centreHabits.ts';
import { createLoads } from '#simulator/world/loads.ts';
import { createRadarSide } from '#simulator/world/radarSide.ts';
import { createReaderSide } from '#simulator/world/readerSide.ts';
import { createRecorder } from '#simulator/world/recorder.ts';
import type { Side, SideOptions } from '#simulator/world/side.ts';
import { tagNumberOf } from '#simulator/world/tagNumbers.ts';
import type { Action } from '#simulator/world/world.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { memoryBench } from './deviceBench.ts';

/** A device of a world that is played by events, or the driver and the fake on a wire. */
interface Played {
  clock: { advance(ms: number): void };
  /** What the hub was told, and after how many milliseconds. */
  told: { what: string; atMs: number }[];
  perform(action: Action): void;
  savePower(on: boolean): void;
}

/** The situations, each with the time that passes after it. */
type Story = readonly (readonly [Action | 'save power' | 'save no power', forMs: number])[];

function live(played: Played, story: Story): Played['told'] {
  played.clock.advance(30 * secondMs);
  for (const [situation, forMs] of story) {
    if (typeof situation === 'string') played.savePower(situation === 'save power');
    else played.perform(situation);
    played.clock.advance(forMs);
  }
  return played.told;
}

function toldBy(clock: Clock) {
  const told: Played['told'] = [];
  const tell = (what: string): void => void told.push({ what, atMs: clock.monotonicMs() });
  return { told, tell, health: { well: () => tell('well'), failing: () => tell('failing') } };
}

function inWorld(create: (options: SideOptions) => Side): Played {
  const clock = createVirtualClock();
  const { told, tell, health } = toldBy(clock);
  const side = create({
    clock,
    recorder: createRecorder(clock.monotonicMs),
    loads: createLoads(),
    random: () => 0.5,
    configuration: homeConfiguration({ accessories: [{ name: 'radar', kind: 'radar' }] }),
    centre: usualHabits,
    realRates: true,
    bearer: { up() {}, down() {} },
    power() {},
  });
  const { openReader, openRadar }: HubDevices = side.devices?.() ?? {};
  openReader?.({ tag: tell, ...health });
  const radar = openRadar?.({ presence: (is) => tell(`present: ${is}`), movement: () => tell('moves'), ...health });
  return {
    clock,
    told,
    perform: (action) => expect(side.perform?.(action)).toEqual({ ok: true, value: undefined }),
    savePower: (on) => radar?.savePower(on),
  };
}

function readerOnWire(): Played {
  const { clock, random, line, connector, openLine } = memoryBench();
  const { told, tell, health } = toldBy(clock);
  const fake = createTagReader({ line, clock, random, connector });
  startReader({ openLine, clock, log: createLogRecorder().log, listener: { tag: tell, ...health } });
  return {
    clock,
    told,
    // A world's tag is there for no time.
    perform: (action) => obey(fake, action.word === 'tag' ? `tag ${tagNumberOf(action.name)}` : action.word),
    savePower() {},
  };
}

function radarOnWire(): Played {
  const { clock, random, line, connector, openLine } = memoryBench();
  const { told, tell, health } = toldBy(clock);
  const fake = createRadarDevice({ line, clock, random, connector });
  const listener = {
    presence: (present: boolean) => tell(`present: ${present}`),
    movement: () => tell('moves'),
    ...health,
  };
  const radar: Saver = startRadar({ openLine, clock, log: createLogRecorder().log, listener });
  return {
    clock,
    told,
    perform({ word }) {
      obey(fake, { move: 'presence moving', still: 'presence none' }[word as 'move' | 'still'] ?? word);
      // Whoever moves in a world has then moved.
      if (word === 'move') clock.at(clock.monotonicMs() + secondMs, () => obey(fake, 'presence still'));
    },
    savePower: (on) => radar.savePower(on),
  };
}

function obey(fake: { obey(line: string): { ok: boolean } }, words: string): void {
  expect(fake.obey(words)).toMatchObject({ ok: true });
}

/** After an hour a port is opened again every ten seconds; and nobody is there any more, on a wire, ten seconds after. */
const apartAtMostMs = 11 * secondMs;

function mostApartMs(world: Played['told'], wire: Played['told']): number {
  return Math.max(...wire.map(({ atMs }, index) => Math.abs(atMs - (world[index]?.atMs ?? 0))));
}

function whatOf(told: Played['told']): string[] {
  return told.map(({ what }) => what);
}

describe('what a world tells the hub of a device is what its driver tells in the same situation', () => {
  test('the tag reader', () => {
    const story: Story = [
      [{ word: 'tag', name: 'unknown' }, 10 * secondMs],
      [{ word: 'unplug', device: 'reader' }, 2 * secondMs],
      [{ word: 'plug', device: 'reader' }, 30 * secondMs],
      [{ word: 'unplug', device: 'reader' }, hourMs],
      [{ word: 'plug', device: 'reader' }, 30 * secondMs],
      [{ word: 'tag', name: 'unknown' }, 10 * secondMs],
    ];
    const world = live(inWorld(createReaderSide), story);
    const number = tagNumberOf('unknown');
    expect(whatOf(world)).toEqual(['well', number, 'well', 'failing', 'well', number]);
    const wire = withoutRepeats(live(readerOnWire(), story));
    // The world's reader is well each time it is put in, the driver's at a change only; a tag is told each second.
    const changes = world.filter(
      ({ what }, index) => index === 0 || what !== 'well' || world[index - 1]?.what === 'failing',
    );
    expect(whatOf(wire)).toEqual(whatOf(changes));
    expect(mostApartMs(changes, wire)).toBeLessThanOrEqual(apartAtMostMs);
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
    const world = live(inWorld(createRadarSide), story);
    const wire = live(radarOnWire(), story);
    expect(whatOf(wire)).toEqual(whatOf(world));
    expect(mostApartMs(world, wire)).toBeLessThanOrEqual(apartAtMostMs);
  });
});

/** The same again within two seconds is the tag that lies there still. */
function withoutRepeats(told: Played['told']): Played['told'] {
  return told.filter(({ what, atMs }, index) => {
    const before = told[index - 1];
    return before?.what !== what || atMs - before.atMs > 2 * secondMs;
  });
}
