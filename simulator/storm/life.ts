import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Luck } from './luck.ts';

/** A step in the words of a scenario, some time after what it belongs to. */
export interface Deed {
  afterMs: number;
  step: Readonly<Record<string, unknown>>;
}

/** Something that goes on in a home, so often on average, and all that belongs to one time of it. */
export interface Kind {
  name: string;
  meanMs: number;
  draw(luck: Luck): readonly Deed[];
}

const now = (step: Deed['step']): Deed => ({ afterMs: 0, step });
const later = (afterMs: number, step: Deed['step']): Deed => ({ afterMs, step });

/** What people do, and what befalls them (B1, B3, B8–B11). */
export const lives: readonly Kind[] = [
  {
    name: 'press',
    meanMs: 2 * hourMs,
    draw(luck) {
      const name = luck.one(['pendant', 'pendant', 'extra-pendant', 'light-press']);
      const times = luck.chance(0.3) ? luck.whole(1, 6) : 0;
      const again = Array.from({ length: times }, () => later(luck.timeMs(300, hourMs), { press: name }));
      return [now({ press: name }), ...again.toSorted((one, other) => one.afterMs - other.afterMs)];
    },
  },
  {
    name: 'smoke',
    meanMs: 30 * hourMs,
    draw: (luck) => [now({ smoke: 'smoke' }), later(luck.timeMs(secondMs, hourMs), { clear: 'smoke' })],
  },
  {
    name: 'fall',
    meanMs: 20 * hourMs,
    draw: (luck) => [
      now({ fall: 'fall' }),
      ...(luck.chance(0.5) ? [later(luck.timeMs(secondMs, minuteMs), { button: 'cancel' })] : []),
    ],
  },
  {
    name: 'door',
    meanMs: 5 * hourMs,
    draw: (luck) => [now({ open: 'door' }), later(luck.timeMs(secondMs, hourMs), { close: 'door' })],
  },
  {
    name: 'bed',
    meanMs: 6 * hourMs,
    draw: (luck) => [now({ leave: 'bed' }), later(luck.timeMs(10 * secondMs, 3 * hourMs), { enter: 'bed' })],
  },
  { name: 'mat', meanMs: 8 * hourMs, draw: () => [now({ 'step-on': 'mat' })] },
  {
    name: 'movement',
    meanMs: 4 * hourMs,
    draw(luck) {
      const name = luck.one(['motion', 'radar']);
      const lastsMs = luck.timeMs(10 * secondMs, hourMs);
      // A sensor says again that somebody is there.
      const again = luck.chance(0.5) ? [later(luck.whole(1, lastsMs), { move: name })] : [];
      return [now({ move: name }), ...again, later(lastsMs, { still: name })];
    },
  },
  { name: 'seizure', meanMs: 60 * hourMs, draw: () => [now({ seizure: 'epilepsy' })] },
  { name: 'shout', meanMs: 60 * hourMs, draw: () => [now({ shout: 'voice-trigger' })] },
  { name: 'sos', meanMs: 60 * hourMs, draw: () => [now({ sos: 'gps' })] },
  {
    name: 'button',
    meanMs: 12 * hourMs,
    draw: (luck) => [now({ button: luck.one(['alarm', 'cancel']) })],
  },
  {
    name: 'visit',
    meanMs: 6 * hourMs,
    draw(luck) {
      const tag = luck.one(['day-staff', 'night-staff', 'unknown']);
      // A tag that lies on the reader is read again and again.
      const lies = luck.chance(0.3) ? [later(luck.timeMs(500, 2 * secondMs), { tag })] : [];
      return [now({ tag }), ...lies, ...(luck.chance(0.8) ? [later(luck.timeMs(minuteMs, 5 * hourMs), { tag })] : [])];
    },
  },
  {
    name: 'away',
    meanMs: 24 * hourMs,
    draw: (luck) => [now({ away: 'on' }), later(luck.timeMs(minuteMs, 4 * hourMs), { away: 'off' })],
  },
  {
    name: 'installer',
    meanMs: 48 * hourMs,
    draw: (luck) => [now({ installer: 'on' }), later(luck.timeMs(10 * secondMs, 20 * minuteMs), { installer: 'off' })],
  },
  { name: 'neighbour', meanMs: 6 * hourMs, draw: () => [now({ stranger: 'press' })] },
  {
    name: 'order',
    meanMs: 12 * hourMs,
    draw: (luck) => [
      now({
        command: luck.one([
          { name: 'test-alarm' },
          { name: 'locate', with: { name: 'gps' } },
          { name: 'close-visit' },
          { name: 'call', with: {} },
          { name: 'log-extract', with: {} },
        ]),
      }),
    ],
  },
  {
    name: 'settings',
    meanMs: 24 * hourMs,
    draw: (luck) => [
      now({
        configure: luck.one([
          { heartbeat: { interval: luck.one(['1m', '2m', '5m']) } },
          { visits: { repeatWithin: luck.one(['3s', '5s']) } },
        ]),
      }),
    ],
  },
  {
    name: 'operator',
    meanMs: 12 * hourMs,
    draw: (luck) => [now({ operator: luck.one(['answers', 'does-not-answer', 'calls', 'hangs-up']) })],
  },
];
