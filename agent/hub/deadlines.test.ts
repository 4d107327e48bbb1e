import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createDeadlines } from './deadlines.ts';
import { readFacts } from './facts.ts';
import type { Kept, Stamp } from './ports.ts';
import { createHubTime } from './time/hubTime.ts';

const dayMs = 24 * hourMs;
const begunWallMs = Date.UTC(2026, 0, 15, 11);

/**
 * A machine that loses its power and its time of day, and a journal that keeps what it was given. `hears` is when
 * something was last written down.
 */
function createMachine() {
  const clock = createVirtualClock(begunWallMs);
  const rows = new Map<string, unknown>();
  const fired: number[] = [];
  let boots = 0;
  let bootMs = 0;
  let lastSeen: Stamp | undefined;
  let alive: { is: boolean };
  let life = run(1);

  function keep(kept: readonly Kept[]): void {
    life.facts.changed(kept);
    keepRows(kept);
  }

  function keepRows(kept: readonly Kept[]): void {
    for (const { key, value } of kept) {
      if (value === undefined) rows.delete(key);
      else rows.set(key, JSON.parse(JSON.stringify(value)));
    }
  }

  function run(newBoots: number) {
    boots += newBoots;
    if (newBoots > 0) bootMs = clock.monotonicMs();
    const [boot, begunMs, mine] = [`boot-${boots}`, bootMs, { is: true }];
    alive = mine;
    const facts = readFacts({ kept: () => [...rows].map(([key, value]): Kept => ({ key, value })) });
    const machine = {
      ...clock,
      monotonicMs: () => clock.monotonicMs() - begunMs,
      at: (dueMs: number, due: () => void) => clock.at(dueMs + begunMs, () => (mine.is ? due() : undefined)),
    };
    const time = createHubTime({ clock: machine, boot, facts, lastSeen });
    const { monotonicMs, wallMs, wallTrusted } = time.clock;
    const now = (): Stamp => ({ boot, monotonicMs: monotonicMs(), wallMs: wallMs(), trusted: wallTrusted() });
    const deadlines = createDeadlines({
      clock: time.clock,
      facts,
      lastSeen,
      now,
      wallOf: time.wallOf,
      keep(kept) {
        facts.changed(kept);
        keepRows(kept);
      },
    });
    deadlines.when('test', () => fired.push(clock.monotonicMs()));
    deadlines.restore();
    clock.advance(0);
    const learn = () => time.learn({ source: 'network', offsetMs: clock.wallMs() - machine.monotonicMs() });
    return { deadlines, facts, now, learn };
  }

  return {
    clock,
    fired,
    keep,
    deadlines: () => life.deadlines,
    set: (inMs: number) => keep([life.deadlines.set('test', inMs)]),
    hears: () => (lastSeen = life.now()),
    stop: () => (alive.is = false),
    /** The program ends and starts again. */
    restart() {
      alive.is = false;
      life = run(0);
    },
    /** Without a clock of its own the machine shows a time that nobody believes. */
    cutPower(offMs: number, { trusted = false } = {}) {
      alive.is = false;
      clock.advance(offMs);
      clock.setWall(trusted ? begunWallMs + clock.monotonicMs() : 0, trusted);
      life = run(1);
    },
    setClock(wallMs = begunWallMs + clock.monotonicMs()) {
      clock.setWall(wallMs);
      keep(life.learn());
      life.deadlines.clockSet();
      clock.advance(0);
    },
  };
}

describe('a deadline within one run of the machine', () => {
  test('falls due at its time, whatever the wall clock does meanwhile (B12.1)', () => {
    const { clock, fired, set, deadlines } = createMachine();
    set(hourMs);
    clock.setWall(0, false);
    clock.advance(30 * minuteMs);
    clock.setWall(begunWallMs + 400 * dayMs);
    deadlines().clockSet();
    expect(deadlines().leftMs('test')).toBe(30 * minuteMs);
    clock.advance(2 * hourMs);
    expect(fired).toEqual([hourMs]);
  });

  test('goes on over restarts of the program', () => {
    const { clock, fired, set, restart } = createMachine();
    set(hourMs);
    for (let count = 0; count < 5; count += 1) {
      clock.advance(10 * minuteMs);
      restart();
    }
    clock.advance(hourMs);
    expect(fired).toEqual([hourMs]);
  });

  test('that fell due while the program was off falls due at its start, and once', () => {
    const { clock, fired, set, stop, restart, keep, deadlines } = createMachine();
    set(hourMs);
    stop();
    clock.advance(2 * hourMs);
    restart();
    keep([deadlines().clear('test')]);
    restart();
    clock.advance(dayMs);
    expect(fired).toEqual([2 * hourMs]);
  });

  test('falls due again when the power went before anybody wrote down what was done about it', () => {
    const { clock, fired, set, cutPower } = createMachine();
    set(hourMs);
    clock.advance(hourMs);
    cutPower(minuteMs, { trusted: true });
    expect(fired).toEqual([hourMs, hourMs + minuteMs]);
  });

  test('set anew counts from then, taken back never falls due', () => {
    const { clock, fired, set, keep, deadlines, restart } = createMachine();
    set(hourMs);
    clock.advance(30 * minuteMs);
    set(hourMs);
    expect(deadlines().isSet('test')).toBe(true);
    clock.advance(59 * minuteMs);
    expect(fired).toEqual([]);
    keep([deadlines().clear('test')]);
    restart();
    clock.advance(dayMs);
    expect([fired, deadlines().isSet('test'), deadlines().isKept('test')]).toEqual([[], false, false]);
  });
});

describe('a deadline over power cuts', () => {
  test('is right when the clock was and is right, however long the power was away', () => {
    const { clock, fired, set, cutPower } = createMachine();
    set(dayMs);
    clock.advance(hourMs);
    cutPower(10 * hourMs, { trusted: true });
    clock.advance(2 * dayMs);
    expect(fired).toEqual([dayMs]);
  });

  test('that fell due meanwhile falls due at the start, once', () => {
    const { clock, fired, set, cutPower, setClock } = createMachine();
    set(hourMs);
    cutPower(2 * dayMs, { trusted: true });
    setClock();
    clock.advance(dayMs);
    expect(fired).toEqual([2 * dayMs]);
  });

  test('counts what was seen to pass where nobody knows the time, three power cuts in a row', () => {
    const { clock, fired, set, cutPower, hears, deadlines } = createMachine();
    set(10 * hourMs);
    for (let count = 1; count <= 3; count += 1) {
      clock.advance(2 * hourMs);
      hears();
      cutPower(30 * minuteMs);
      expect(deadlines().leftMs('test')).toBe((10 - 2 * count) * hourMs);
    }
    clock.advance(4 * hourMs);
    // Six hours were seen before, and an hour and a half nobody could see.
    expect(fired).toEqual([11.5 * hourMs]);
  });

  test('is counted again, and rightly, when the clock is set after three of them', () => {
    const { clock, fired, set, cutPower, hears, setClock } = createMachine();
    set(dayMs);
    for (let count = 1; count <= 3; count += 1) {
      clock.advance(hourMs);
      if (count < 3) hears();
      cutPower(5 * hourMs);
    }
    clock.advance(minuteMs);
    setClock();
    clock.advance(dayMs);
    expect(fired).toEqual([dayMs]);
  });

  test('is due at once when the clock is set and says that it is over', () => {
    const { clock, fired, set, cutPower, setClock } = createMachine();
    set(dayMs);
    cutPower(30 * hourMs);
    clock.advance(minuteMs);
    expect(fired).toEqual([]);
    setClock();
    setClock();
    expect(fired).toEqual([30 * hourMs + minuteMs]);
  });

  test('set before its clock was set is counted with what became known later in that run', () => {
    const { clock, fired, set, cutPower, setClock } = createMachine();
    cutPower(minuteMs);
    const beganMs = clock.monotonicMs();
    set(dayMs);
    clock.advance(hourMs);
    setClock();
    cutPower(10 * hourMs, { trusted: true });
    clock.advance(dayMs);
    expect(fired).toEqual([beganMs + dayMs]);
  });

  test('is not moved by a jump of the clock once it was counted, nor by one before the power cut', () => {
    const { clock, fired, set, cutPower, setClock } = createMachine();
    set(dayMs);
    clock.advance(hourMs);
    // The clock had been wrong by two days, and was put right.
    setClock(begunWallMs + clock.monotonicMs() + 2 * dayMs);
    clock.advance(hourMs);
    cutPower(hourMs);
    setClock(begunWallMs + clock.monotonicMs() + 2 * dayMs);
    clock.advance(hourMs);
    setClock();
    clock.advance(dayMs);
    expect(fired).toEqual([dayMs]);
  });

  test('is never late by more than was off when a clock runs backwards', () => {
    const { clock, fired, set, cutPower, hears, setClock } = createMachine();
    set(dayMs);
    clock.advance(10 * hourMs);
    hears();
    cutPower(hourMs);
    setClock(begunWallMs - 100 * dayMs);
    clock.advance(dayMs);
    expect(fired).toEqual([dayMs + hourMs]);
  });

  test('goes on over a restart of the program between two of them', () => {
    const { clock, fired, set, cutPower, hears, restart } = createMachine();
    set(10 * hourMs);
    clock.advance(2 * hourMs);
    hears();
    cutPower(hourMs);
    clock.advance(hourMs);
    restart();
    clock.advance(hourMs);
    hears();
    cutPower(hourMs);
    clock.advance(dayMs);
    expect(fired).toEqual([12 * hourMs]);
  });
});
