import type { Light } from '#agent/hub/devices.ts';

/** A lamp over time: on and off in turn, in milliseconds, beginning with on, over and over. */
export const patterns = {
  off: [0],
  on: [],
  fast: [125, 125],
  slow: [1_000, 1_000],
  double: [100, 150, 100, 650],
  wink: [1_900, 100],
  flash: [100, 3_900],
} as const satisfies Record<string, readonly number[]>;

export type Pattern = keyof typeof patterns;

/** What the patterns look like, for the table in the documents. */
export const patternWords: Readonly<Record<Pattern, string>> = {
  off: 'off',
  on: 'on',
  fast: 'blinks fast',
  slow: 'blinks slowly',
  double: 'two flashes, a pause',
  wink: 'on, with a wink every two seconds',
  flash: 'a flash every four seconds',
};

/** A hub has a red lamp for alarms and a green one for everything else. */
export const lamps = ['alarm', 'status'] as const;

export type Lamp = (typeof lamps)[number];

/** What each light of the hub looks like: every pair stands for one light. */
export const lampsOf: Readonly<Record<Light, Readonly<Record<Lamp, Pattern>>>> = {
  'cancel-window': { alarm: 'fast', status: 'off' },
  refused: { alarm: 'double', status: 'off' },
  'checked-out': { alarm: 'off', status: 'double' },
  alarm: { alarm: 'on', status: 'off' },
  acknowledged: { alarm: 'slow', status: 'on' },
  enrolling: { alarm: 'off', status: 'fast' },
  installer: { alarm: 'off', status: 'slow' },
  'checked-in': { alarm: 'off', status: 'wink' },
  'no-connection': { alarm: 'flash', status: 'off' },
  battery: { alarm: 'flash', status: 'on' },
  ready: { alarm: 'off', status: 'on' },
  off: { alarm: 'off', status: 'off' },
};
