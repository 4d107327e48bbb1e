import type { OpenWorld } from '#simulator/world/world.ts';
import type { Storm, StormDocument } from './draw.ts';
import { healing } from './faults.ts';
import { playStorm, storyOf, type Weathered } from './play.ts';

/** How often a smaller storm is tried. */
const triesLimit = 200;

/**
 * Leaves out of a storm that fails what it does not need, by halves and halves of halves (delta debugging), as long as it
 * still breaks the same rule. Tells the smallest that was found.
 */
export async function shrinkStorm(failed: Weathered, openWorld: OpenWorld): Promise<Weathered> {
  const rule = ruleOf(failed);
  let tries = 0;
  let smallest = failed;

  async function holds(groups: readonly StormDocument['steps'][]): Promise<boolean> {
    tries += 1;
    const tail = failed.storm.document.steps.slice(failed.storm.drawn - healing.length);
    const drawn = groups.flat();
    const storm: Storm = {
      ...failed.storm,
      document: { ...failed.storm.document, steps: [...drawn, ...tail] },
      drawn: drawn.length + healing.length,
    };
    const played = await playStorm(storm, openWorld).catch(() => undefined);
    if (played === undefined || played.problems.length === 0 || ruleOf(played) !== rule) return false;
    smallest = played;
    return true;
  }

  let groups = groupsOf(storyOf(failed).steps.slice(0, countFaulty(failed)));
  for (
    let size = Math.ceil(groups.length / 2);
    size >= 1 && tries < triesLimit;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = groups.length - size; from > -size && tries < triesLimit; from -= size) {
      const without = [...groups.slice(0, Math.max(0, from)), ...groups.slice(from + size)];
      if (await holds(without)) groups = without;
    }
  }
  return smallest;
}

/** The rule that is broken first, or the step that failed. */
function ruleOf({ problems }: Weathered): string | undefined {
  return problems[0]?.split(/[ :]/u, 1)[0];
}

/** The steps before the healing, of those that did something. */
function countFaulty({ storm, outcome }: Weathered): number {
  return outcome.steps.slice(0, storm.drawn - healing.length).filter(({ verdict }) => verdict === 'passed').length;
}

/** What hangs on a step goes with it. */
function groupsOf(steps: StormDocument['steps']): StormDocument['steps'][] {
  const groups: StormDocument['steps'][number][][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && 'expect' in before && !('at' in step)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}
