import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readConfiguration, type Configuration } from '#protocol/configuration/configuration.ts';
import { encodeProfile, type RadioTelegram } from '#protocol/esp3/profiles.ts';
import { hourMs } from '#protocol/core/time.ts';
import { type EventHub, startEventHub } from '#simulator/fleet/eventHub.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { createVirtualClock } from '#simulator/virtualClock.ts';
import { openVirtualWorld } from '#simulator/world/virtualWorld.ts';
import type { Benchmark } from './benchmark.ts';
import { liveFloorHubs } from './floorHubs.ts';
import { takePairs } from './pairs.ts';

const hubs = 100;
const fleetHubs = 1_000;
const daysMs = 72 * hourMs;
/** What a thousand hubs, or one with every byte on every wire, may take for 72 hours. */
const allowedMs = 2_000;
/** A whole hub, as docs/performance.md has it. */
const allowedBytes = 40_000;

/** How fast hubs live in virtual time, and what each of them costs. */
export const simulation: Benchmark = {
  name: 'simulation',
  what: 'hubs in virtual time: days a second, a thousand of them, one with every byte',
  async run({ pairs: count, progress }) {
    timed(() => liveFloorHubs(hubs, daysMs));
    liveHubs(hubs);
    const days = await takePairs(
      count,
      () => Promise.resolve(timed(() => liveFloorHubs(hubs, daysMs))),
      (pair) => {
        progress(`simulation: pair ${pair + 1} of ${count}`);
        return Promise.resolve(liveHubs(hubs).elapsedMs);
      },
    );
    const fleet = liveHubs(fleetHubs);
    progress(`simulation: ${fleetHubs} hubs, ${fleet.heartbeats} heartbeats`);
    const wires: number[] = [];
    for (let pair = 0; pair < count; pair += 1) wires.push(await liveOnWires());
    const within = (measured: number) => ({ floor: allowedMs, measured });
    return [
      {
        name: 'hub days',
        what: `${hubs} hubs for 72 h on event ports / the same by a hand-written loop`,
        unit: 'ms',
        pairs: days,
        target: 2.5,
      },
      {
        name: 'fleet',
        what: `${fleetHubs} hubs for 72 h on event ports / what they may take`,
        unit: 'ms',
        pairs: [within(fleet.elapsedMs)],
        target: 1,
      },
      {
        name: 'every byte',
        what: 'a hub for 72 h, every byte on every wire / what it may take',
        unit: 'ms',
        pairs: wires.map(within),
        target: 1,
      },
      {
        name: 'hub memory',
        what: 'heap for each hub on event ports / what a whole one may take',
        unit: 'B',
        pairs: [{ floor: allowedBytes, measured: fleet.bytesPerHub }],
        target: 1,
      },
    ];
  },
};

function timed(action: () => unknown): number {
  const startedMs = performance.now();
  action();
  return performance.now() - startedMs;
}

function liveHubs(count: number): { elapsedMs: number; heartbeats: number; bytesPerHub: number } {
  const clock = createVirtualClock();
  const heapBefore = heapBytes();
  const living: EventHub[] = [];
  const random = createSeededRandom(1);
  for (let index = 0; index < count; index += 1) {
    const hub = startEventHub({ configuration: configured(index), clock, random });
    pressDaily(hub, (index * 24 * hourMs) / count, clock);
    living.push(hub);
  }
  const bytesPerHub = (heapBytes() - heapBefore) / count;
  const elapsedMs = timed(() => clock.advance(daysMs));
  const heartbeats = living.reduce((sum, { counts }) => sum + counts.heartbeats, 0);
  living.forEach((hub) => hub.stop());
  return { elapsedMs, heartbeats, bytesPerHub };
}

function pressDaily(hub: EventHub, atMs: number, clock: ReturnType<typeof createVirtualClock>): void {
  clock.at(atMs, () => {
    hub.heard(press);
    pressDaily(hub, atMs + 24 * hourMs, clock);
  });
}

/** What is in use; what is not any more is collected first. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

async function liveOnWires(): Promise<number> {
  const world = await openVirtualWorld({
    seed: 1,
    startWallMs: Date.UTC(2026, 0, 15, 11),
    configuration: configured(0),
  });
  try {
    const startedMs = performance.now();
    await world.advance(daysMs / 2);
    await world.perform({ word: 'press', name: 'pendant' });
    await world.advance(daysMs);
    return performance.now() - startedMs;
  } finally {
    await world.close();
  }
}

const pendant = { name: 'pendant', kind: 'pendant', id: '002a0001', profile: 'F6-02-01' };

const press: RadioTelegram = pressOf(pendant);

function pressOf({ profile, id }: typeof pendant): RadioTelegram {
  const content = encodeProfile(profile, { event: 'pressed', button: 'AI' });
  if (!content.ok) throw new Error(content.problem.message);
  return { ...content.value, sender: id };
}

function configured(index: number): Configuration {
  const read = readConfiguration({
    hub: `hub-${String(index).padStart(4, '0')}`,
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    accessories: [pendant],
  });
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}
