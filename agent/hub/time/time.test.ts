import { afterEach, describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { readFacts } from '#agent/hub/facts.ts';
import type { Stamp } from '#agent/hub/ports.ts';
import { bootsLimit, createHubTime, earliestWallMs, seenKey } from './hubTime.ts';

const noonMs = Date.UTC(2026, 0, 15, 12);

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

describe('a hub whose machine does not know the time', () => {
  test('stamps what happens as not to be trusted, and has its time when the clock is set (B12.2)', () => {
    home = startHubAtWork();
    home.clock.setWall(0, false);
    home.restart(minuteMs);
    home.front().button('alarm');
    const [waiting] = [...home.journal().pending()];
    expect(waiting?.stamp.trusted).toBe(false);
    expect(home.hub().wallOf(waiting?.stamp as Stamp)).toBeUndefined();
    const happenedMs = home.clock.monotonicMs();
    home.clock.advance(hourMs);
    home.clock.setWall(noonMs);
    home.clock.advance(5 * secondMs);
    const agoMs = home.clock.monotonicMs() - happenedMs;
    expect(home.hub().wallOf(waiting?.stamp as Stamp)).toBe(home.clock.wallMs() - agoMs);
    expect(home.hub().ageMs(waiting?.stamp as Stamp)).toBe(agoMs);
    home.restart(minuteMs);
    expect(home.hub().wallOf(waiting?.stamp as Stamp)).toBe(noonMs - hourMs);
  });

  test('shows the last time in the journal, and what has passed since (B12.3)', () => {
    home = startHubAtWork();
    home.front().button('alarm');
    home.clock.setWall(0, false);
    home.restart(minuteMs);
    home.clock.advance(hourMs);
    home.front().button('alarm');
    const [first, last] = [...home.journal().pending()].map(({ stamp }) => stamp);
    expect(last).toMatchObject({ trusted: false, wallMs: (first?.wallMs ?? 0) + hourMs });
  });

  test('raises an alarm though the last time in its journal is one that no calendar has', () => {
    home = startHubAtWork();
    home.journal().commit({ boot: 'b', monotonicMs: 1, wallMs: 9e15, trusted: true }, [{ kind: 'life', body: {} }]);
    home.clock.setWall(0, false);
    home.restart(minuteMs);
    home.front().button('alarm');
    expect([...home.journal().pending()]).toHaveLength(1);
  });

  test('takes the time of satellites, then that of the internet; satellites do not move it any more', () => {
    home = startHubAtWork();
    home.clock.setWall(0, false);
    home.restart(minuteMs);
    const { gnss, clock, lines } = home;
    const told = () => lines.flatMap(({ fields }) => (fields['step'] === 'clock' ? [fields['source']] : []));
    const before = told().length;
    gnss().satelliteTime(noonMs);
    gnss().satelliteTime(noonMs);
    clock.setWall(noonMs + 2 * minuteMs);
    clock.advance(15 * minuteMs);
    gnss().satelliteTime(noonMs);
    expect(told().slice(before)).toEqual(['satellites', 'network']);
  });

  test('does not take a time that cannot be, and says what would be right', () => {
    home = startHubAtWork();
    home.clock.setWall(0, false);
    home.restart(minuteMs);
    for (const wallMs of [earliestWallMs - 1, Date.UTC(2100, 0, 1), Number.NaN]) home.gnss().satelliteTime(wallMs);
    expect(home.hub().counters()).toMatchObject({ timesRefused: 3, clockSettings: 0 });
    home.gnss().satelliteTime(earliestWallMs);
    expect(home.hub().counters()).toMatchObject({ timesRefused: 3, clockSettings: 1 });
  });

  test('writes down once an hour that it lives, and no longer when it knows the time', () => {
    home = startHubAtWork();
    home.clock.setWall(0, false);
    home.restart(minuteMs);
    const seen = () =>
      home
        ?.journal()
        .kept()
        .find(({ key }) => key === seenKey)?.value;
    home.clock.advance(hourMs - 1);
    expect(seen()).toBeUndefined();
    home.clock.advance(1);
    expect(seen()).toMatchObject({ boot: 'boot-2', monotonicMs: hourMs });
    home.clock.setWall(noonMs);
    home.clock.advance(10 * hourMs);
    expect(seen()).toMatchObject({ monotonicMs: hourMs });
  });
});

test('a jump of the wall clock is a line of the journal, with its length (B12.1)', () => {
  home = startHubAtWork();
  const before = home.hub().counters();
  home.clock.setWall(home.clock.wallMs() - 3 * hourMs);
  home.clock.advance(15 * minuteMs);
  home.clock.setWall(home.clock.wallMs() + 2 * secondMs);
  home.clock.advance(15 * minuteMs);
  expect(home.hub().counters()['clockJumps']).toBe(Number(before['clockJumps']) + 1);
  expect(home.lines.at(-1)).toMatchObject({ fields: { step: 'clock', byMs: -3 * hourMs } });
});

test(`the times of ${bootsLimit} runs of the machine are remembered; the oldest is forgotten first (B12.2)`, () => {
  const facts = readFacts({ kept: () => [] });
  const clock = createVirtualClock(noonMs);
  for (let boot = 0; boot <= bootsLimit; boot += 1) {
    const time = createHubTime({ clock, boot: `boot-${boot}`, facts, lastSeen: undefined });
    facts.changed(time.learn({ source: 'network', offsetMs: noonMs + boot }));
  }
  const kept = facts.under('clock/boot/').map(({ key }) => key);
  expect([kept.length, kept.includes('clock/boot/boot-0'), kept.includes('clock/boot/boot-1')]).toEqual([
    bootsLimit,
    false,
    true,
  ]);
});
