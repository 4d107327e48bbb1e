import type { AnyStateMachine, EventFromLogic } from 'xstate';
import { getShortestPaths } from 'xstate/graph';

/** The states of a chart that its events can reach, and the transitions: `state event`, each one that does something. */
export function reachable<Machine extends AnyStateMachine>(
  machine: Machine,
  events: readonly EventFromLogic<Machine>[],
): { states: Set<string>; taken: Set<string> } {
  const paths = getShortestPaths(machine, { events: [...events], limit: 500 } as never);
  const states = new Set<string>();
  const taken = new Set<string>();
  for (const { state } of paths) {
    const name = String(state.value);
    states.add(name);
    for (const event of events) if (state.can(event)) taken.add(`${name} ${event.type}`);
  }
  return { states, taken };
}

/** The transitions that a flat chart has: `state event`. */
export function transitionsOf(machine: AnyStateMachine): Set<string> {
  return new Set(
    Object.entries(machine.states).flatMap(([name, { ownEvents }]) => ownEvents.map((event) => `${name} ${event}`)),
  );
}
