import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EmittedFrom,
  type EventFromLogic,
  createActor,
} from 'xstate';
import type { Log } from '#protocol/core/log.ts';

/** A chart at work. Charts are defined once and shared; what belongs to one hub is in here. */
export interface ChartActor<Event, Decision> {
  /** Tells the chart what happened and returns what it decided, in order. Nothing is done yet. */
  send(event: Event): readonly Decision[];
  /** Whether the event means something to it now. */
  can(event: Event): boolean;
  isDone(): boolean;
  /** Whether it is in this state. */
  isIn(state: string): boolean;
}

/**
 * Starts a chart. Decisions are plain data that come back from `send`, so that the hub can commit them to the journal
 * before it acts and nothing that throws can kill the chart. An event without a transition is logged: XState drops it
 * in silence. The chart must have no entry decisions of its own.
 */
export function startChart<Machine extends AnyStateMachine>(
  machine: Machine,
  log: Log,
): ChartActor<EventFromLogic<Machine>, EmittedFrom<Machine>> {
  const actor = createActor(machine);
  let decisions: EmittedFrom<Machine>[] = [];
  actor.on('*', (decision) => decisions.push(decision));
  actor.start();
  const snapshot = (): AnyMachineSnapshot => actor.getSnapshot();
  return {
    send(event) {
      const before = snapshot();
      actor.send(event);
      // A transition that leads back and does nothing leaves the snapshot as it was.
      if (snapshot() === before && !before.can(event)) {
        log.warn({ chart: machine.id, state: before.value, event: event.type }, 'event without a transition');
      }
      const decided = decisions;
      decisions = [];
      return decided;
    },
    can: (event) => snapshot().can(event),
    isDone: () => snapshot().status === 'done',
    isIn: (state) => snapshot().value === state,
  };
}
