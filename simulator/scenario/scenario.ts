import type { Action } from '#simulator/world/world.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { journalKinds, logLevels, reportKinds } from './schema.ts';

/** A place in a scenario's file; both count from 1, as editors do. */
export interface Place {
  line: number;
  column: number;
}

/** A scenario as the runner plays it: checked, everything filled in, durations in milliseconds. */
export interface Scenario {
  /** What happens, in a sentence. */
  scenario: string;
  about: string | undefined;
  /** Rules, such as `B2.3`. */
  covers: readonly string[];
  seed: number;
  /** Wall time at time 0, milliseconds since 1970. */
  startMs: number;
  timezone: string;
  hub: Configuration;
  steps: readonly Step[];
}

/** What is looked for among what happens. Keys that are left out may be anything. */
export interface LookedFor {
  report?: (typeof reportKinds)[number];
  from?: string;
  status?: number;
  priority?: number;
  at?: 'primary';
  buffered?: boolean;
  journal?: (typeof journalKinds)[number];
  log?: (typeof logLevels)[number];
}

export interface LookedForState {
  link?: 'up' | 'down';
  path?: 'primary' | 'none';
  waiting?: number;
}

export interface CountLimits {
  equals?: number;
  atLeast?: number;
  atMost?: number;
  /** Times of the scenario in milliseconds, both included. */
  between?: readonly [fromMs: number, toMs: number];
}

export type Step = Place & {
  /** As it is written, on one line. */
  words: string;
  /** First waits until this time of the scenario, in milliseconds. */
  atMs: number | undefined;
} & (
    | { kind: 'action'; action: Action }
    | { kind: 'wait'; forMs: number }
    | { kind: 'expect'; lookedFor: LookedFor; withinMs: number }
    | { kind: 'never'; lookedFor: LookedFor; forMs: number }
    | { kind: 'count'; lookedFor: LookedFor; limits: CountLimits }
    | { kind: 'state'; state: LookedForState; withinMs: number }
  );
