import { alarmMutants } from './alarmMutants.ts';
import { deliveryMutants } from './deliveryMutants.ts';
import { homeMutants } from './homeMutants.ts';
import type { Mutant } from './mutant.ts';

/** Every bug that the stories must find, and the storms unless it says why they do not. */
export const mutants: readonly Mutant[] = [...alarmMutants, ...deliveryMutants, ...homeMutants];

/** A few of all kinds, for the ordinary run: each with a story that finds it. */
export const canaries: Readonly<Record<string, string>> = {
  'sent-before-it-is-written': 'test/scenarios/the-program-is-killed-as-an-alarm-is-written.yaml',
  'signatures-are-not-looked-at': 'test/scenarios/an-answer-with-a-forged-signature-ends-nothing.yaml',
  'what-waits-is-not-sent-after-a-restart': 'test/scenarios/the-hub-restarts-with-an-alarm-pending.yaml',
  'heartbeats-drift': 'test/scenarios/a-heartbeat-every-second-minute.yaml',
  'repeats-are-presses': 'test/scenarios/repeaters-do-not-multiply-a-press.yaml',
};

/** A few more that storms find within a few seeds, whatever is drawn. */
export const stormCanaries: readonly string[] = [
  'handed-over-is-delivered',
  'what-waits-is-not-sent-after-a-restart',
  'shown-before-it-is-written',
  'a-flicker-is-reported',
  'one-reference-for-all',
];
