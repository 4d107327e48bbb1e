import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventFromLogic,
  initialTransition,
  transition,
} from 'xstate';

/** So many different situations of a chart are looked at; a count in its context makes them endless. */
const situationsLimit = 2_000;

/**
 * Plays the events in every situation that they lead to, and lists what of the chart was never reached: states, and
 * transitions with their event, guard and target. An event has to be listed once for each way in which it can matter.
 */
export function uncovered<Machine extends AnyStateMachine>(
  chart: Machine,
  events: readonly EventFromLogic<Machine>[],
): string[] {
  return uncoveredBy(chart, events);
}

function uncoveredBy(chart: AnyStateMachine, events: readonly AnyEventObject[]): string[] {
  const [begin] = initialTransition(chart);
  const left = new Map(transitionsOf(chart).map(({ definition, words }) => [definition, words]));
  const states = new Set(Object.keys(chart.states));
  const seen = new Map<string, AnyMachineSnapshot>([[situationOf(begin), begin]]);
  // A map that grows is gone through to its end.
  for (const snapshot of seen.values()) {
    states.delete(String(snapshot.value));
    for (const event of events) {
      chart.getTransitionData(snapshot, event).forEach((definition) => left.delete(definition));
      const [next] = transition(chart, snapshot, event);
      if (seen.size < situationsLimit && !seen.has(situationOf(next))) seen.set(situationOf(next), next);
    }
  }
  return [...[...states].map((state) => `state ${state}`), ...left.values()];
}

function situationOf({ value, context }: AnyMachineSnapshot): string {
  return JSON.stringify([value, context]);
}

function transitionsOf(chart: AnyStateMachine) {
  return [chart.root, ...Object.values(chart.states)].flatMap((state) =>
    [...state.transitions.values()].flat().map((definition) => {
      const { guard, target = [], eventType } = definition;
      const name = typeof guard === 'string' ? guard : guard === undefined ? '' : 'a guard';
      const targets = target.map(({ key }) => key).join(', ');
      return { definition, words: `${state.key}: ${eventType}${name && ` [${name}]`}${targets && ` → ${targets}`}` };
    }),
  );
}
