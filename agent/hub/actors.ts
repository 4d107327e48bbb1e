import {
  type AnyActorScope,
  type AnyEventObject,
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

/** What all charts of one machine share, whichever hub they are in: one state each is all that they have of their own. */
interface Shared {
  initial: AnyMachineSnapshot;
  scope: AnyActorScope;
  /** What the transition under way has decided so far. */
  decisions: AnyEventObject[];
}

const sharedParts = new WeakMap<AnyStateMachine, Shared>();

/**
 * Starts a chart. Decisions are plain data that come back from `send`, so that the hub can commit them to the journal
 * before it acts. An event without a transition is logged: XState drops it in silence. The chart must have no entry
 * decisions of its own. An actor for every chart would be more than half of a hub's memory; transitions need none.
 */
export function startChart<Machine extends AnyStateMachine>(
  machine: Machine,
  log: Log,
): ChartActor<EventFromLogic<Machine>, EmittedFrom<Machine>> {
  const shared = sharedOf(machine);
  let snapshot = shared.initial;
  return {
    send(event) {
      const before = snapshot;
      shared.decisions = [];
      snapshot = machine.transition(before, event, shared.scope);
      // A transition that leads back and does nothing leaves the snapshot as it was.
      if (snapshot === before && !before.can(event)) {
        log.warn({ chart: machine.id, state: before.value, event: event.type }, 'event without a transition');
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Nothing but this machine has put anything there.
      return shared.decisions as EmittedFrom<Machine>[];
    },
    can: (event) => snapshot.can(event),
    isDone: () => snapshot.status === 'done',
    isIn: (state) => snapshot.value === state,
  };
}

function sharedOf(machine: AnyStateMachine): Shared {
  const known = sharedParts.get(machine);
  if (known !== undefined) return known;
  // It is never started: it stands for whoever the machine's actions might ask about.
  const self = createActor(machine);
  const made: Shared = {
    initial: self.getSnapshot(),
    decisions: [],
    scope: {
      self,
      id: self.id,
      sessionId: self.sessionId,
      system: self.system,
      logger() {},
      stopChild() {},
      defer: (action) => action(),
      emit: (decision) => made.decisions.push(decision),
      actionExecutor: ({ exec, info, params }) => exec?.(info, params),
    },
  };
  sharedParts.set(machine, made);
  return made;
}
