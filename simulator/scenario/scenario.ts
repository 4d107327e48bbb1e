import type { Light, Sound } from '#agent/hub/devices.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { CentreHabits } from '#simulator/world/centreHabits.ts';
import type { ConfigurationDocument } from '#simulator/world/configurationLayer.ts';
import type { Action, VoiceEvent } from '#simulator/world/world.ts';
import type { arrivalPlaces, journalKinds, logLevels, reportKinds } from './words/checkWords.ts';

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
  /** The same as it is written, every layer in it. */
  document: ConfigurationDocument;
  centre: CentreHabits;
  realRates: boolean;
  steps: readonly Step[];
}

/** What is looked for among what happens. Keys that are left out may be anything. */
export interface LookedFor {
  report?: (typeof reportKinds)[number];
  from?: string;
  status?: number;
  location?: number;
  priority?: number;
  at?: (typeof arrivalPlaces)[number];
  buffered?: boolean;
  verified?: boolean;
  /** What a heartbeat says, in the words of a scenario. */
  tells?: Readonly<Record<string, unknown>>;
  voice?: VoiceEvent['is'];
  /** A regular expression. */
  sms?: string;
  light?: Light;
  sound?: Sound;
  journal?: (typeof journalKinds)[number];
  log?: (typeof logLevels)[number];
}

/** What is to be true of the world, by the names of `WorldState`, in the words of a scenario. */
export type LookedForState = Readonly<Record<string, unknown>>;

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
