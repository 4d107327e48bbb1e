import { formatDuration } from '#protocol/core/duration.ts';
import type { World, WorldEvent } from '#simulator/world/world.ts';
import { checkTrace, type Finding } from './checkers/checkers.ts';
import type { JournalRead } from './checkers/checker.ts';
import { lookAt, type Looking, stateDiffers, wordsOf } from './looking.ts';
import type { Scenario, Step } from './scenario.ts';

/** The end of one step. `wrong` is the file's fault, not the hub's. */
export type StepVerdict = 'passed' | 'failed' | 'wrong' | 'not-run';

export interface StepOutcome {
  step: Step;
  verdict: StepVerdict;
  /** Times of the scenario in milliseconds; what was not run has neither. */
  beganMs?: number;
  endedMs?: number;
  /** What was expected and what happened, when it did not pass. */
  problem?: string;
  /** The program did not live through it. */
  threw?: true;
  /** The sequence of the event that met an expect, or broke a never. */
  event?: number;
}

/** How a scenario ended. */
export interface Outcome {
  scenario: Scenario;
  verdict: 'passed' | 'failed' | 'wrong';
  steps: readonly StepOutcome[];
  /** What the checkers that are always on found. */
  violations: readonly Finding[];
  /** Everything that happened, from time 0 on. */
  events: readonly WorldEvent[];
  /** The scenario's time at its end, in milliseconds. */
  endMs: number;
  traceHash: string;
}

/**
 * Plays a scenario in a world, in whatever kind of time. The first step that does not pass ends it; the checkers then
 * look over everything that happened until there. The world is closed by whoever opened it.
 *
 * The first `drawn` steps were drawn by lot and may not fit: what makes no sense at its time is left out, and so is what
 * hangs on an `expect` that is not met. No file has such steps.
 */
export async function playScenario(
  scenario: Scenario,
  world: World,
  readJournal: (file: string) => JournalRead,
  drawn = 0,
): Promise<Outcome> {
  const scene = { world, cursor: { at: world.events().length, isActing: false }, looking: lookAt(world.events()) };
  const steps: StepOutcome[] = [];
  let fatal: StepOutcome | undefined;
  for (const [place, step] of scenario.steps.entries()) {
    const isDrawn = place < drawn;
    if (fatal !== undefined || (isDrawn && hangsOn(step, steps.at(-1)))) {
      steps.push({ step, verdict: 'not-run' });
      continue;
    }
    const outcome = await playStep(isDrawn ? { ...step, atMs: later(step.atMs, world) } : step, scene);
    steps.push(outcome);
    if (isDrawn ? outcome.threw === true : outcome.verdict !== 'passed') fatal = outcome;
  }
  // The world's own list goes on growing while it is closed.
  const events = [...world.events()];
  const endMs = world.nowMs();
  const isWrong = fatal?.verdict === 'wrong';
  const { hub, centre } = scenario;
  const [state, sizes, journal] = [world.state(), world.sizes(), readJournal(world.journalFile())];
  const trace = { events, endMs, heldUpMs: world.heldUpMs(), state, sizes, hub, centre, journal };
  const violations = isWrong ? [] : checkTrace(trace);
  const isPassed = violations.length === 0 && fatal === undefined;
  const verdict = isWrong ? 'wrong' : isPassed ? 'passed' : 'failed';
  return { scenario, verdict, steps, violations, events, endMs, traceHash: world.traceHash() };
}

/** An action without a time of its own belongs to the `expect` before it. */
function hangsOn(step: Step, before: StepOutcome | undefined): boolean {
  return step.atMs === undefined && before?.step.kind === 'expect' && before.verdict !== 'passed';
}

/** What was drawn for a time that has passed meanwhile happens now. */
function later(atMs: number | undefined, world: World): number | undefined {
  return atMs === undefined ? undefined : Math.max(atMs, world.nowMs());
}

/** Where in the sequence of events the next `expect` begins to look. */
interface Cursor {
  at: number;
  /** The last step was an action: the next one belongs to the same moment, however long either takes in real time. */
  isActing: boolean;
}

/** What a story is played in. */
interface Scene {
  world: World;
  cursor: Cursor;
  looking: Looking;
}

type Ended = Pick<StepOutcome, 'verdict' | 'problem' | 'event' | 'threw'>;

async function playStep(step: Step, scene: Scene): Promise<StepOutcome> {
  const { world, cursor } = scene;
  const { atMs } = step;
  if (atMs !== undefined) {
    const nowMs = world.nowMs();
    if (nowMs > atMs) {
      const problem = `at: ${formatDuration(atMs)} has passed already; it is ${shownTime(nowMs)} by then`;
      return { step, verdict: 'wrong', beganMs: nowMs, endedMs: nowMs, problem };
    }
    if (nowMs < atMs) {
      const thrown = await reach(atMs, world);
      if (thrown !== undefined) return { step, beganMs: nowMs, endedMs: world.nowMs(), ...thrown };
      look(cursor, world);
    }
  }
  const beganMs = world.nowMs();
  if (step.kind !== 'action') cursor.isActing = false;
  const ended = await endOf(step, scene).catch(broken);
  return { step, beganMs, endedMs: world.nowMs(), ...ended };
}

async function reach(atMs: number, world: World): Promise<Ended | undefined> {
  try {
    await world.advance(atMs);
    return undefined;
  } catch (error) {
    return broken(error);
  }
}

/** What is expected next must happen from now on. */
function look(cursor: Cursor, world: World): void {
  cursor.at = world.events().length;
}

/** A hub that throws has failed the story; which step it was is worth more than a stack trace alone. */
function broken(error: unknown): Ended {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { verdict: 'failed', threw: true, problem: `expected the program to live; it threw: ${reason}` };
}

async function endOf(step: Step, scene: Scene): Promise<Ended> {
  const { world, cursor } = scene;
  switch (step.kind) {
    case 'action': {
      if (!cursor.isActing) look(cursor, world);
      cursor.isActing = true;
      const done = await world.perform(step.action);
      return done.ok ? { verdict: 'passed' } : { verdict: 'wrong', problem: done.problem };
    }
    case 'wait':
      await world.advance(world.nowMs() + step.forMs);
      look(cursor, world);
      return { verdict: 'passed' };
    case 'expect':
      return await expectEvent(step, scene);
    case 'never':
      return await watchNever(step, scene);
    case 'count':
      return takeCount(step, scene);
    case 'state':
      return await expectState(step, world);
  }
}

/** Looks through the events from a place on, each only once. */
function createSearch(world: World, from: number, isMatch: (event: WorldEvent) => boolean) {
  let next = from;
  let found: number | undefined;
  return {
    found: () => found,
    look(): boolean {
      const events = world.events();
      while (found === undefined && next < events.length) {
        const event = events[next];
        if (event !== undefined && isMatch(event)) found = next;
        next += 1;
      }
      return found !== undefined;
    },
  };
}

async function expectEvent(step: Step & { kind: 'expect' }, { world, cursor, looking }: Scene): Promise<Ended> {
  const search = createSearch(world, cursor.at, (event) => looking.matches(event, step.lookedFor));
  if (!search.look()) {
    await world.advance(world.nowMs() + step.withinMs, search.look);
    search.look();
  }
  const found = search.found();
  if (found === undefined) {
    const within = formatDuration(step.withinMs);
    return { verdict: 'failed', problem: `expected ${wordsOf(step.lookedFor)} within ${within}; it did not come` };
  }
  cursor.at = found + 1;
  return { verdict: 'passed', event: sequenceOf(world, found) };
}

async function watchNever(step: Step & { kind: 'never' }, { world, cursor, looking }: Scene): Promise<Ended> {
  const beganMs = world.nowMs();
  const search = createSearch(world, world.events().length, (event) => looking.matches(event, step.lookedFor));
  await world.advance(beganMs + step.forMs, search.look);
  if (search.look()) {
    const after = shownTime(world.nowMs() - beganMs);
    const problem = `expected no ${wordsOf(step.lookedFor)} for ${formatDuration(step.forMs)}; one came after ${after}`;
    return { verdict: 'failed', problem, event: sequenceOf(world, search.found() ?? 0) };
  }
  look(cursor, world);
  return { verdict: 'passed' };
}

function takeCount({ lookedFor, limits }: Step & { kind: 'count' }, { world, looking }: Scene): Ended {
  const { equals, atLeast, atMost, between: [fromMs, toMs] = [0, world.nowMs()] } = limits;
  const count = looking.count(lookedFor, fromMs, toMs);
  const expected = [
    ...(equals === undefined ? [] : [`${equals}`]),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  const isRight = count === (equals ?? count) && count >= (atLeast ?? count) && count <= (atMost ?? count);
  if (isRight) return { verdict: 'passed' };
  const when = `from ${shownTime(fromMs)} to ${shownTime(toMs)}`;
  return {
    verdict: 'failed',
    problem: `expected ${expected.join(' and ')} of ${wordsOf(lookedFor)} ${when}; counted ${count}`,
  };
}

async function expectState(step: Step & { kind: 'state' }, world: World): Promise<Ended> {
  const isSo = (): boolean => stateDiffers(world.state(), step.state) === undefined;
  if (!isSo()) await world.advance(world.nowMs() + step.withinMs, isSo);
  const difference = stateDiffers(world.state(), step.state);
  if (difference === undefined) return { verdict: 'passed' };
  const { key, expected, actual } = difference;
  const within = formatDuration(step.withinMs);
  return { verdict: 'failed', problem: `expected ${key} to be ${expected} within ${within}; it is ${actual}` };
}

function sequenceOf(world: World, index: number): number {
  return world.events()[index]?.sequence ?? index;
}

/** A time of the scenario as people read it, to the millisecond. */
export function shownTime(timeMs: number): string {
  return formatDuration(Math.max(0, Math.round(timeMs)));
}
