import { formatDuration } from '#protocol/core/duration.ts';
import { readJournal } from '#simulator/scenario/play.ts';
import { type Outcome, playScenario } from '#simulator/scenario/runner.ts';
import type { OpenWorld } from '#simulator/world/world.ts';
import { readStorm, type Storm, type StormDocument } from './draw.ts';

/** What a storm came to. */
export interface Weathered {
  storm: Storm;
  outcome: Outcome;
  /** The journal's file at the end. */
  journalBytes: number;
  /** What was broken, in a line each; empty when all held. */
  problems: readonly string[];
}

/** Plays a storm in a world of its own. */
export async function playStorm(storm: Storm, openWorld: OpenWorld): Promise<Weathered> {
  const scenario = readStorm(storm.document);
  const { seed, startMs: startWallMs, hub: configuration, document, centre } = scenario;
  const world = await openWorld({ seed, startWallMs, configuration, document, centre });
  try {
    const outcome = await playScenario(scenario, world, readJournal, storm.drawn);
    return { storm, outcome, journalBytes: world.sizes().journalBytes, problems: problemsOf(outcome) };
  } finally {
    await world.close();
  }
}

function problemsOf({ steps, violations, verdict }: Outcome): string[] {
  if (verdict === 'passed') return [];
  const broken = violations.map(
    ({ rule, atMs, message }) => `${rule} at ${formatDuration(Math.round(atMs))}: ${message}`,
  );
  const failed = steps.findLast((step) => step.problem !== undefined && step.verdict !== 'passed');
  const step = failed === undefined ? [] : [`${failed.step.words}: ${failed.problem}`];
  return broken.length > 0 ? broken : step;
}

/** The storm as it really went: only the steps that did something, each at its time. */
export function storyOf({ storm, outcome }: Weathered): StormDocument {
  let nowMs = 0;
  const steps = storm.document.steps.flatMap((words, place) => {
    const { verdict, beganMs = 0, endedMs = 0 } = outcome.steps[place] ?? { verdict: 'not-run' };
    const isLast = place >= storm.drawn;
    if (!isLast && verdict !== 'passed') return [];
    const { at: _, ...others } = words;
    const isLater = !isLast && beganMs > nowMs;
    nowMs = Math.max(nowMs, endedMs);
    return [isLater ? { at: formatDuration(beganMs), ...others } : others];
  });
  return { ...storm.document, steps };
}
