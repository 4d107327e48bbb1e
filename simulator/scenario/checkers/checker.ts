import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Result } from '#protocol/core/result.ts';
import type { CentreHabits } from '#simulator/world/centreHabits.ts';
import type { WorldEvent, WorldSizes, WorldState } from '#simulator/world/world.ts';

/** All that a checker may know: what was seen from outside. It shares no code with the hub that it judges. */
export interface Trace {
  events: readonly WorldEvent[];
  /** The scenario's time at the end of the trace, in milliseconds. */
  endMs: number;
  /** For how long the machine has held everything up in all: by so much what is on time may seem late. */
  heldUpMs: number;
  /** At the end of the trace. */
  state: WorldState;
  sizes: WorldSizes;
  hub: Configuration;
  centre: CentreHabits;
  /** What another program read from the journal's file at the end. */
  journal: JournalRead;
}

/** The journal's rows, oldest first, or why it cannot be read. */
export type JournalRead = Result<readonly JournalLine[], string>;

export interface JournalLine {
  row: number;
  entry: string;
  ref?: string;
}

/** A rule that was broken, whatever the scenario looked for. */
export interface Violation {
  /** The rule, such as `B2.5`. */
  rule: string;
  /** When it was broken, in milliseconds of the scenario. */
  atMs: number;
  /** What happened, and what would have been right. */
  message: string;
  /** The sequence of the event that broke it, where there is one. */
  event?: number;
}

export type Checker = (trace: Trace) => Violation[];

export type EventOf<Kind extends WorldEvent['kind']> = Extract<WorldEvent, { kind: Kind }>;

const byKind = new WeakMap<Trace['events'], Map<WorldEvent['kind'], WorldEvent[]>>();

/** The events of one kind, in their order. Lives are long, and are asked often: they are sorted once. */
export function eventsOf<Kind extends WorldEvent['kind']>({ events }: Trace, kind: Kind): readonly EventOf<Kind>[] {
  const sorted = byKind.get(events) ?? Map.groupBy(events, (event) => event.kind);
  byKind.set(events, sorted);
  return (sorted.get(kind) ?? []).filter((event): event is EventOf<Kind> => event.kind === kind);
}
