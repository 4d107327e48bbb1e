import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openJournalReader } from '#agent/journal/reader.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { openVirtualWorld } from './virtualWorld.ts';
import { stateAtBegin, type Action, type World, type WorldEvent, type WorldOptions } from './world.ts';

function home(): Configuration {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1' } },
    voice: { receiver: '+46313900600' },
    accessories: [
      { name: 'pendant', kind: 'pendant', id: '002a0001', location: 'hall' },
      { name: 'smoke', kind: 'smoke', id: '002a0006', location: 'kitchen' },
    ],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return read.value;
}

async function open(options: Partial<WorldOptions> = {}): Promise<World> {
  const startWallMs = Date.UTC(2026, 0, 15, 11);
  const world = await openVirtualWorld({ seed: 1, startWallMs, configuration: home(), ...options });
  onTestFinished(() => world.close());
  return world;
}

type Kind = WorldEvent['kind'];
const eventsOf = <Wanted extends Kind>(world: World, kind: Wanted) =>
  world.events().filter((event): event is Extract<WorldEvent, { kind: Wanted }> => event.kind === kind);

/** Does one thing after another, and lets so much time pass behind each. */
async function play(world: World, ...steps: readonly (Action | number)[]): Promise<void> {
  for (const step of steps) {
    if (typeof step === 'number') {
      await world.advance(world.nowMs() + step);
      continue;
    }
    const done = await world.perform(step);
    if (!done.ok) throw new Error(done.problem);
  }
}

const press: Action = { word: 'press', name: 'pendant' };
const link = (is: 'up' | 'down' | { loss: number }): Action => ({ word: 'link', is });
const withoutReserve: Action = { word: 'reserve', does: 'offline' };
const crash: Action = { word: 'hub', does: 'crash' };

describe('a world at time 0', () => {
  test('has a hub in service, and nothing to tell yet', async () => {
    const world = await open();
    expect(world.nowMs()).toBe(0);
    expect(world.events()).toEqual([]);
    expect(world.state()).toEqual(stateAtBegin);
  });
});

test('a press reaches the hub before the next step, the centre a moment later, and is acknowledged', async () => {
  const world = await open();
  await play(world, press);
  expect(eventsOf(world, 'journal')).toMatchObject([{ entry: 'report', from: 'pendant', buffered: false, atMs: 0 }]);
  expect(world.state().waiting).toBe(1);
  await play(world, secondMs);
  expect(eventsOf(world, 'arrival')).toMatchObject([
    { at: 'primary', report: 'alarm', from: 'pendant', status: 10, priority: 8, repeat: false, answer: 0 },
  ]);
  expect(world.state().waiting).toBe(0);
});

test('time stops where something happened that was waited for, and goes on from there', async () => {
  const world = await open();
  await play(world, press);
  const arrived = (): boolean => eventsOf(world, 'arrival').length > 0;
  await world.advance(hourMs, arrived);
  expect(world.nowMs()).toBe(eventsOf(world, 'arrival')[0]?.atMs);
  await world.advance(hourMs, arrived);
  expect(world.nowMs()).toBeLessThan(secondMs);
  await world.advance(hourMs);
  expect(world.nowMs()).toBe(hourMs);
});

describe('one seed', () => {
  const adventure: readonly (Action | number)[] = [
    press,
    link({ loss: 0.3 }),
    5 * minuteMs,
    press,
    crash,
    minuteMs,
    link('down'),
    press,
    { word: 'hub', does: 'restart' },
    10 * minuteMs,
    { word: 'bytes', to: 'radio', hex: '55 00 07 07 01' },
    link('up'),
    { word: 'hub', does: 'power-cut' },
    10 * minuteMs,
  ];
  const lines = { latencyMs: 20, fragmentation: 0.3, noise: 0.01 };

  async function hashOf(seed: number, steps: readonly (Action | number)[] = adventure): Promise<string> {
    const world = await open({ seed, lines });
    await play(world, ...steps);
    return world.traceHash();
  }

  test('gives one trace, down to the bytes, through crashes, loss and noise; another seed gives another', async () => {
    const hash = await hashOf(7);
    expect(hash).toMatch(/^[0-9a-f]{64}$/u);
    expect(await hashOf(7)).toBe(hash);
    expect(await hashOf(8)).not.toBe(hash);
  });

  test('gives another trace where bytes come over a line in other pieces, though nothing else is different', async () => {
    const [first, same, other] = await Promise.all(
      [{}, {}, { fragmentation: 0.5 }].map(async (lines) => {
        const world = await open({ lines });
        await play(world, hourMs);
        return { hash: world.traceHash(), events: world.events() };
      }),
    );
    expect(same?.hash).toBe(first?.hash);
    expect(other?.events).toEqual(first?.events);
    expect(other?.hash).not.toBe(first?.hash);
  });

  test('gives references, which another seed does not share', async () => {
    const refs = [];
    for (const seed of [1, 1, 2]) {
      const world = await open({ seed });
      await play(world, press);
      refs.push(eventsOf(world, 'journal')[0]?.ref);
    }
    expect(refs[1]).toBe(refs[0]);
    expect(refs[2]).not.toBe(refs[0]);
  });
});

describe('a hub that is killed', () => {
  test('starts again after 5 s, and delivers the alarm that it had committed, under its reference', async () => {
    const world = await open();
    await play(world, link('down'), press, crash, 4_999);
    expect(world.state()).toMatchObject({ hub: 'off', path: 'none', waiting: 1 });
    await play(world, 1);
    expect(world.state().hub).toBe('running');
    await play(world, link('up'), 2 * minuteMs);
    const row = eventsOf(world, 'journal').find(({ entry }) => entry === 'report');
    expect(eventsOf(world, 'arrival')).toMatchObject([{ ref: row?.ref, buffered: true, repeat: false }]);
    expect(world.state().waiting).toBe(0);
  });

  test('does nothing in between: no byte, no row, no line of its log', async () => {
    const world = await open();
    await play(world, press, secondMs, crash);
    const before = world.events().length;
    await play(world, press, 4_000);
    const after = world.events().slice(before);
    expect(after.filter(({ kind }) => kind === 'log' || kind === 'journal' || kind === 'path')).toEqual([]);
    expect(after.filter(({ kind }) => kind === 'telegram')).toHaveLength(2);
  });

  test('between sending and the answer finds the answer at the broker, and the centre has one case', async () => {
    const world = await open();
    await play(world, press, 20, crash, minuteMs);
    expect(eventsOf(world, 'arrival').filter(({ repeat }) => !repeat)).toHaveLength(1);
    const rows = eventsOf(world, 'journal').map(({ entry }) => entry);
    expect(rows.filter((entry) => !['link', 'call', 'path'].includes(entry))).toEqual([
      'report',
      'started',
      'acknowledged',
    ]);
    expect(world.state().waiting).toBe(0);
  });

  test('leaves its journal as it is, readable', async () => {
    const world = await open();
    await play(world, link('down'), press, crash);
    expect(existsSync(`${world.journalFile()}-wal`)).toBe(true);
    const journal = openJournalReader(world.journalFile());
    expect([...journal.events()].map(({ kind }) => kind)).toContain('report');
    journal.close();
  });

  test('cannot be killed once more before it runs again', async () => {
    const world = await open();
    await play(world, crash);
    expect(await world.perform(crash)).toEqual({ ok: false, problem: expect.stringContaining('does not run') });
  });
});

test('a hub that is restarted ends in order, says so to the centre, and is back after 5 s', async () => {
  const world = await open();
  await play(world, { word: 'hub', does: 'restart' }, minuteMs);
  expect(eventsOf(world, 'hub').map(({ is, atMs }) => [is, atMs])).toEqual([
    ['stopped', 0],
    ['starting', 5_000],
  ]);
  expect(world.state()).toMatchObject({ hub: 'running', path: 'primary' });
});

describe('a power cut', () => {
  test('takes the receiver with it, and lasts 30 s or as long as it is said', async () => {
    const world = await open();
    await play(world, { word: 'hub', does: 'power-cut' }, 10 * secondMs, press, 50 * secondMs);
    expect(eventsOf(world, 'telegram').map(({ heard }) => heard)).toEqual([false, false]);
    expect(eventsOf(world, 'hub').map(({ is, atMs }) => [is, atMs])).toEqual([
      ['without-power', 0],
      ['starting', 30_000],
    ]);
    await play(world, { word: 'hub', does: 'power-cut', offMs: 2 * hourMs }, 2 * hourMs - 1);
    expect(world.state().hub).toBe('off');
    // The modem starts anew too.
    await play(world, 30 * secondMs, press, secondMs);
    expect(eventsOf(world, 'arrival')).toHaveLength(1);
  });

  test('begins a new run of the machine: its monotonic clock begins anew', async () => {
    const world = await open();
    await play(world, press, secondMs, { word: 'hub', does: 'power-cut' }, minuteMs, press, secondMs);
    const journal = openJournalReader(world.journalFile());
    const stamps = [...journal.events({ kind: 'report' })].map(({ stamp }) => stamp);
    journal.close();
    expect(new Set(stamps.map(({ boot }) => boot)).size).toBe(2);
    expect(stamps[1]?.monotonicMs).toBeLessThan(minuteMs);
  });

  test('does not put back a receiver that was pulled out before', async () => {
    const world = await open();
    await play(world, { word: 'unplug', device: 'radio' }, { word: 'hub', does: 'power-cut' }, minuteMs, press);
    expect(eventsOf(world, 'telegram').map(({ heard }) => heard)).toEqual([false]);
    expect(await world.perform({ word: 'unplug', device: 'radio' })).toMatchObject({ ok: false });
  });
});

describe('the outside', () => {
  test('a link that is down buffers the alarm; back up, the alarm is delivered once', async () => {
    const world = await open();
    await play(world, link('down'), press, 5 * minuteMs);
    expect(eventsOf(world, 'arrival')).toEqual([]);
    expect(world.state()).toMatchObject({ link: 'down', path: 'none', waiting: 1 });
    await play(world, link('up'), minuteMs);
    expect(eventsOf(world, 'arrival')).toMatchObject([{ buffered: true, repeat: false }]);
  });

  test('a broker that stops takes its path down, and the other is used; started, the path is back', async () => {
    const world = await open();
    await play(world, { word: 'broker', does: 'stop' }, secondMs);
    expect(world.state().path).toBe('reserve');
    await play(world, { word: 'broker', does: 'start' }, 8 * minuteMs);
    expect(world.state().path).toBe('primary');
  });

  test('a centre that is offline finds at the broker what came in the meantime', async () => {
    const world = await open();
    await play(world, withoutReserve, { word: 'centre', does: 'offline' }, secondMs, press, 5 * secondMs);
    expect(eventsOf(world, 'arrival')).toEqual([]);
    await play(world, { word: 'centre', does: 'online' }, minuteMs);
    const [first, ...again] = eventsOf(world, 'arrival');
    expect(first).toMatchObject({ repeat: false, answer: 0 });
    expect(again.every(({ repeat }) => repeat)).toBe(true);
    expect(world.state().waiting).toBe(0);
  });

  test.each([
    ['hold', 4],
    ['not-treated', 5],
    ['busy', 6],
    ['silent', undefined],
  ] as const)('a centre that is %s answers reports so, until it answers again', async (does, answer) => {
    const world = await open();
    await play(world, withoutReserve, secondMs, { word: 'centre', does }, press, 5 * secondMs);
    expect(eventsOf(world, 'arrival').map((arrival) => arrival.answer)).toEqual([answer]);
    expect(world.state().waiting).toBe(1);
    await play(world, { word: 'centre', does: 'answers' }, 2 * minuteMs);
    expect(eventsOf(world, 'arrival').at(-1)).toMatchObject({ repeat: true, answer: 0 });
    expect(world.state().waiting).toBe(0);
  });
});

describe('in the home', () => {
  test('the neighbour’s pendant, a silent one and a repeated one are as they are in life', async () => {
    const world = await open();
    await play(world, { word: 'stranger', does: 'press' }, { word: 'accessory', name: 'pendant', silent: true }, press);
    expect(eventsOf(world, 'journal')).toEqual([]);
    await play(world, { word: 'accessory', name: 'pendant', silent: false, repeat: 3, dbm: -95 }, press, secondMs);
    expect(eventsOf(world, 'telegram').filter(({ from, what }) => from === 'pendant' && what === 'press')).toHaveLength(
      3,
    );
    expect(eventsOf(world, 'arrival')).toHaveLength(1);
  });

  test('a receiver that is pulled out is a fault, and put back a restore (B16)', async () => {
    const world = await open();
    await play(world, { word: 'unplug', device: 'radio' }, minuteMs, { word: 'plug', device: 'radio' }, minuteMs);
    expect(eventsOf(world, 'arrival').map(({ report, status }) => [report, status])).toEqual([
      ['fault', 67],
      ['restore', 91],
    ]);
  });

  test('what nobody has is told, with the names there are', async () => {
    const world = await open();
    const outcome = await world.perform({ word: 'press', name: 'pendent' });
    expect(outcome).toMatchObject({ ok: false, problem: expect.stringContaining('pendent') });
    expect(await world.perform({ word: 'bytes', to: 'radio', hex: '5' })).toMatchObject({ ok: false });
  });
});

test('a quiet day has its heartbeats, 120 s apart whatever the wall clock does (B4.1, B12.1)', async () => {
  const world = await open();
  await play(world, { word: 'clock', does: 'jump', byMs: -3 * hourMs }, 6 * hourMs);
  await play(world, { word: 'clock', does: 'unset' }, 18 * hourMs);
  const atMs = eventsOf(world, 'heartbeat').map((beat) => beat.atMs);
  expect(atMs).toHaveLength(720);
  expect(new Set(atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? 0)))).toEqual(new Set([120_000]));
});
