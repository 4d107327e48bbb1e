import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRealClock } from '#agent/runtime/clock.ts';
import { readConfiguration } from '#protocol/configuration/configuration.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { type BrokerChoice, chooseBroker } from '#simulator/network/realBroker.ts';
import { openRealWorlds } from '#simulator/world/realWorld.ts';
import type { Action, World, WorldEvent } from '#simulator/world/world.ts';

/** The same world in real time: a pseudo terminal, sockets, brokers and a file. */
async function open(broker: BrokerChoice): Promise<World> {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1' } },
    voice: { receiver: '+46313900600' },
    accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001', location: 'hall' }],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  const openWorld = openRealWorlds({ clock: createRealClock(), ...broker });
  const world = await openWorld({ seed: 1, startWallMs: Date.UTC(2026, 0, 15, 11), configuration: read.value });
  onTestFinished(() => world.close());
  return world;
}

const press: Action = { word: 'press', name: 'pendant' };

function arrivals(world: World) {
  return world.events().filter((event): event is Extract<WorldEvent, { kind: 'arrival' }> => event.kind === 'arrival');
}

async function perform(world: World, ...actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    const done = await world.perform(action);
    if (!done.ok) throw new Error(done.problem);
  }
}

/** Waits for what happens, not for time. */
async function until(world: World, isSo: () => boolean): Promise<void> {
  await world.advance(world.nowMs() + minuteMs, isSo);
  expect(isSo()).toBe(true);
}

describe.each([
  ['mosquitto', chooseBroker()],
  ['the embedded broker', chooseBroker({ program: undefined })],
])('a world on %s', (_, broker) => {
  test('a press has reached the hub before the next step, arrives and is acknowledged', async () => {
    const world = await open(broker);
    expect(world.events()).toEqual([]);
    expect(world.state()).toMatchObject({ hub: 'running', link: 'up', path: 'primary', waiting: 0 });
    await perform(world, press);
    expect(world.events().map(({ kind }) => kind)).toContain('journal');
    await until(world, () => world.state().waiting === 0);
    expect(arrivals(world)).toMatchObject([{ report: 'alarm', from: 'pendant', buffered: false, answer: 0 }]);
  });

  test('an alarm waits while the link is down and the hub is killed, and is delivered once under its reference', async () => {
    const world = await open(broker);
    await perform(world, { word: 'link', is: 'down' });
    await until(world, () => world.state().path === 'none');
    await perform(world, press, { word: 'hub', does: 'crash' });
    expect(world.state()).toMatchObject({ hub: 'off', waiting: 1 });
    await until(world, () => world.state().hub === 'running');
    await perform(world, { word: 'link', is: 'up' });
    await until(world, () => world.state().waiting === 0);
    expect(arrivals(world)).toMatchObject([{ repeat: false, buffered: true }]);
  });

  test('a broker that stops leaves the hub to the reserve, started it has the hub back; the world leaves nothing behind', async () => {
    const world = await open(broker);
    await perform(world, { word: 'broker', does: 'stop' });
    await until(world, () => world.state().path === 'reserve');
    await perform(world, { word: 'broker', does: 'start' });
    // Connected again; to be used again it must prove itself for minutes (B4.4).
    await until(world, () =>
      world.events().some((event) => event.kind === 'path' && event.at === 'primary' && event.is === 'up'),
    );
    const folder = dirname(world.journalFile());
    await world.close();
    expect(() => readdirSync(folder)).toThrow(/ENOENT/u);
  });
});

test('which broker a world runs on is told: mosquitto, or how to install it and what the other one does not do', () => {
  expect(chooseBroker({ program: '/usr/sbin/mosquitto' }).told).toBe('broker: /usr/sbin/mosquitto');
  const { told } = chooseBroker({ program: undefined });
  expect(told).toMatch(/forgets its sessions.* sudo apt-get install .*mosquitto$/u);
});
