import { failure, type Result, success } from '#protocol/core/result.ts';
import { readScenario } from '#simulator/scenario/load.ts';
import type { Scenario } from '#simulator/scenario/scenario.ts';
import { stateAtBegin, type Action, type World, type WorldEvent, type WorldState } from '#simulator/world/world.ts';

/** What happens at a time, as it would be noted. */
export type Happening = WorldEvent extends infer Event
  ? Event extends WorldEvent
    ? Omit<Event, 'sequence'>
    : never
  : never;

export interface HandWorld extends World {
  performed: Action[];
}

interface HandWorldOptions {
  state?: Partial<WorldState>;
  refuses?: readonly Action['word'][];
  /** How long an action takes, as in real time. */
  actionTakesMs?: number;
}

/** A world made by hand: what happens in it, and when, is written down beforehand. Actions do nothing but are noted. */
export function createHandWorld(
  happenings: readonly Happening[],
  { state = {}, refuses = [], actionTakesMs = 0 }: HandWorldOptions = {},
): HandWorld {
  const coming = [...happenings];
  const events: WorldEvent[] = [];
  const performed: Action[] = [];
  let nowMs = 0;
  const note = (happening: Happening): void => void events.push({ sequence: events.length + 1, ...happening });
  async function advance(untilMs: number, stop?: () => boolean): Promise<void> {
    await Promise.resolve();
    if (stop?.() === true) return;
    for (let next = coming[0]; next !== undefined && next.atMs <= untilMs; next = coming[0]) {
      coming.shift();
      nowMs = next.atMs;
      note(next);
      if (stop?.() === true) return;
    }
    nowMs = untilMs;
  }

  return {
    performed,
    nowMs: () => nowMs,
    advance,
    async perform(action): Promise<Result<void, string>> {
      await Promise.resolve();
      if (refuses.includes(action.word)) return failure('it makes no sense now');
      performed.push(action);
      note({ kind: 'action', atMs: nowMs, action });
      await advance(nowMs + actionTakesMs);
      return success(undefined);
    },
    events: () => events,
    state: () => ({ ...stateAtBegin, ...state }),
    journalFile: () => 'journal.db',
    sizes: () => ({ journalBytes: 100_000 }),
    heldUpMs: () => 0,
    traceHash: () => 'none',
    close: async () => await Promise.resolve(),
  };
}

/** An arrival at the primary centre, at which it is taken unless it says otherwise. */
export function arrival(atMs: number, ref: string, changes: object = {}): Happening {
  return {
    kind: 'arrival',
    atMs,
    at: 'primary',
    hub: 'hub-0001',
    ref,
    repeat: false,
    report: 'alarm',
    from: 'pendant',
    status: 10,
    priority: 8,
    buffered: false,
    answer: 0,
    ...changes,
  };
}

/** The scenario of these steps, each as a line of YAML. */
export function scenarioOf(...steps: readonly string[]): Scenario {
  const text = ['scenario: A story', 'covers: [B1.1]', 'steps:', ...steps.map((step) => `  - ${step}`)].join('\n');
  const read = readScenario(text);
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}
