import { expect, test } from 'vitest';
import { hourMs, minuteMs, type Random, secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { backoffCapMs } from './backoff.ts';
import { startLink } from './mqttLink.ts';
import type { Session } from './session.ts';

const hubs = 1_000;

test('a thousand hubs whose broker was away come back one after the other, and all within the longest pause', () => {
  const { clock, broker, knocks } = startFleet();
  clock.advance(secondMs);
  broker.goAway();
  const wentMs = clock.monotonicMs();
  clock.advance(hourMs);
  // Each knocks twice a minute in the mean: 33 a second. At the very begin they know no better than to come at once.
  const calm = perSecond(knocks.filter((atMs) => atMs > wentMs + 5 * minuteMs));
  expect(Math.max(...calm)).toBeLessThan(70);

  broker.comeBack();
  const backMs = clock.monotonicMs();
  clock.advance(backoffCapMs);
  expect(broker.connected()).toBe(hubs);
  // Evenly over the pause that is left, which is seldom a long one: 33 in the first second, fewer in each later one.
  expect(Math.max(...perSecond(knocks.filter((atMs) => atMs > backMs)))).toBeLessThan(70);
});

/** Links on one clock, whose broker is there or refuses. `knocks` are the times of all attempts. */
function startFleet() {
  const clock = createVirtualClock();
  const sessions = new Set<() => void>();
  const knocks: number[] = [];
  let isThere = true;
  const session: Session = { publish: () => 'sent', close() {}, abort() {} };
  for (let hub = 0; hub < hubs; hub += 1) {
    startLink({
      options: {
        url: 'mqtt://broker.example',
        clientId: `hub-${hub}`,
        keepaliveS: 180,
        sessionExpiryS: 3_600,
        connectTimeoutMs: 10_000,
        subscriptions: [],
      },
      clock,
      random: chanceOf(hub),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      listener: { up() {}, down() {}, message() {}, room() {} },
      open(_, listener) {
        knocks.push(clock.monotonicMs());
        const closed = (code: 'connection-lost' | 'connection-refused') => listener.closed({ code, message: code });
        clock.at(clock.monotonicMs() + 1, () => {
          if (!isThere) {
            closed('connection-refused');
            return;
          }
          listener.up({ sessionPresent: false });
          sessions.add(() => closed('connection-lost'));
        });
        return session;
      },
    });
  }
  return {
    clock,
    knocks,
    broker: {
      goAway() {
        isThere = false;
        const all = [...sessions];
        sessions.clear();
        all.forEach((lose) => lose());
      },
      comeBack() {
        isThere = true;
      },
      connected: () => sessions.size,
    },
  };
}

/** The same numbers in every run, others for each hub (Park and Miller's generator). */
function chanceOf(hub: number): Random {
  const modulus = 2 ** 31 - 1;
  const next = (before: number): number => (before * 16_807) % modulus;
  // Neighbours begin alike; after two steps they do not.
  let state = next(next(hub + 1));
  return () => {
    state = next(state);
    return state / modulus;
  };
}

function perSecond(times: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const atMs of times) {
    const second = Math.floor(atMs / secondMs);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return [...counts.values()];
}
