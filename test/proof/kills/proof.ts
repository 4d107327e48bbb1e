import type { Random } from '#protocol/core/time.ts';
import { expectStrace } from '#test/strace.ts';
import { textTable } from '#test/textTable.ts';
import { openTown, type Town } from './home.ts';
import type { NamedCall } from './points.ts';
import { callsOf, type Phase, phases, type Trial, tryPoint } from './trial.ts';

export interface KillsResult {
  /** In the order of the way. */
  trials: readonly Trial[];
  /** How many calls the whole way has, of all phases, and before how many of them a hub was killed. */
  points: number;
  met: number;
  /** Those of them that no hub was killed at, though it was tried: `start: writev broker 3`. */
  missed: readonly string[];
}

export interface KillsOptions {
  /** So many points of each phase, drawn by chance; all of them when it is not given. */
  sample?: number;
  random: Random;
  /** How many homes at a time. */
  workers: number;
  onTrial?: (trial: Trial) => void;
}

/**
 * How often a point is tried. Before the press a hub makes now a few calls more, now a few less, so that the n-th call is
 * not always the same one.
 */
const attempts = 6;

/** More than a phase has. */
const placesOfAPhase = 100_000;

export async function proveKills(options: KillsOptions): Promise<KillsResult> {
  expectStrace();
  const town = await openTown();
  try {
    const ways = await Promise.all(phases.map(async (phase) => await callsOf(town, phase, `whole-${phase}`)));
    const wanted = phases.flatMap((phase, index) => drawn(ways[index] ?? [], options).map((call) => ({ phase, call })));
    const { trials, missed } = await killAtEach(town, wanted, options);
    const placeOf = ({ phase, killedBefore }: Trial): number => {
      const index = phases.indexOf(phase);
      const place = ways[index]?.findIndex(({ name }) => name === killedBefore) ?? 0;
      return index * placesOfAPhase + place;
    };
    const points = phases.flatMap((phase, index) => (ways[index] ?? []).map(({ name }) => ({ phase, name })));
    const met = points.filter(({ phase, name }) =>
      trials.some((trial) => trial.phase === phase && trial.killedBefore === name),
    ).length;
    if (town.refused() > 0) throw new Error(`the centre could not take ${town.refused()} messages`);
    return {
      trials: trials.toSorted((one, other) => placeOf(one) - placeOf(other)),
      missed,
      points: points.length,
      met,
    };
  } finally {
    await town.close();
  }
}

function drawn(calls: readonly NamedCall[], { sample, random }: KillsOptions): readonly NamedCall[] {
  if (sample === undefined) return calls;
  const left = [...calls];
  const points: NamedCall[] = [];
  while (points.length < sample && left.length > 0) {
    points.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return points;
}

async function killAtEach(
  town: Town,
  wanted: readonly { phase: Phase; call: NamedCall }[],
  { sample, workers, onTrial = () => {} }: KillsOptions,
): Promise<Pick<KillsResult, 'trials' | 'missed'>> {
  const trials: Trial[] = [];
  const left = wanted.map((point) => ({ ...point, tried: 0 }));
  const untried: typeof left = [];
  let homes = 0;
  const isHit = ({ phase, call }: { phase: Phase; call: NamedCall }): boolean =>
    trials.some((trial) => trial.phase === phase && trial.killedBefore === call.name);
  const work = async (): Promise<void> => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      if (isHit(point)) continue;
      homes += 1;
      // The first time the very call, then the next ones: a call that was not reached in time came earlier.
      const trial = await tryPoint(town, point.phase, near(point.call, point.tried), `hub-${homes}`);
      trials.push(trial);
      onTrial(trial);
      if (sample !== undefined || isHit(point)) continue;
      if (point.tried + 1 < attempts) left.push({ ...point, tried: point.tried + 1 });
      else untried.push(point);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  // What was aimed at in vain may have been met by what was aimed at something else.
  const missed = untried.filter((point) => !isHit(point)).map(({ phase, call }) => `${phase}: ${call.name}`);
  return { trials, missed };
}

function near(call: NamedCall, tried: number): NamedCall {
  return { ...call, n: Math.max(1, call.n + ([0, -1, 1, -2, 2, 0][tried] ?? 0)) };
}

/** Each point at which a hub was killed, in the order of its way; first what is not on the way of each time. */
export function tableOf({ trials, missed }: KillsResult): string[] {
  const headings = ['phase', 'killed before', 'journal', 'with the centre', 'arrivals', 'what must not be'];
  const rows = trials.map(
    ({ phase, killedBefore = 'nothing: it got through', journal, isWithCentre, arrivals, problems }) => {
      const problem = problems.length === 0 ? '-' : problems.join('; ');
      return [phase, killedBefore, journal, isWithCentre ? 'yes' : 'no', arrivals, problem];
    },
  );
  return [...textTable(headings, rows), ...missed.map((point) => `not met: ${point}`)];
}

export function totalOf({ trials, points, met, missed }: KillsResult): string {
  const killed = trials.filter(({ killedBefore }) => killedBefore !== undefined);
  const count = (journal: Trial['journal']): number => killed.filter((trial) => trial.journal === journal).length;
  const wrong = trials.filter(({ problems }) => problems.length > 0).length;
  return (
    `${killed.length} kills at ${met} of ${points} calls ` +
    `(${count('empty')} before the commit, ${count('waits')} before the acknowledgement, ${count('settled')} after it): ` +
    `${wrong} lost, doubled or falsely acknowledged${missed.length === 0 ? '' : `; ${missed.length} calls not met`}`
  );
}

export function problemsOf({ trials }: KillsResult): string[] {
  return trials.flatMap(({ phase, killedBefore, problems }) =>
    problems.map((problem) => `${phase}, killed before ${killedBefore}: ${problem}`),
  );
}
