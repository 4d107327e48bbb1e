import { writeYaml } from '#protocol/configuration/yamlText.ts';
import { formatDuration } from '#protocol/core/duration.ts';
import { dayMs } from '#protocol/core/time.ts';
import { readScenario } from '#simulator/scenario/load.ts';
import type { Scenario } from '#simulator/scenario/scenario.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { faults, healing, oldJournalName } from './faults.ts';
import { type Deed, type Kind, lives } from './life.ts';
import { createLuck, type Luck } from './luck.ts';

type Words = Readonly<Record<string, unknown>>;

/** Factors on how often each fault comes, by its name; 0 for never. */
export type FaultWeights = Readonly<Record<string, number>>;

export interface StormOptions {
  seed: number;
  /** How long the storm lasts, before everything is put right. */
  days: number;
  /** So many times as long as usual from one happening to the next, of life and of faults; default 1. */
  calm?: number;
  weights?: FaultWeights;
}

/** A storm as a scenario: most of its steps are drawn, and may not fit their time; the rest must come true. */
export interface Storm {
  seed: number;
  document: StormDocument;
  /** The first so many steps are drawn. */
  drawn: number;
}

export interface StormDocument extends Words {
  steps: readonly Words[];
}

/** Some faults are switched off altogether: what is rare among all of them is common without the others. */
const offShare = 0.4;
/** After everything was put right: a round of every ten minutes, a restart and a modem's recovery fit in it (B2.3, B7.4). */
const healedWithin = '45m';
const deliveredWithin = '30s';

/** Draws a storm from its seed: the same seed gives the same storm. */
export function drawStorm({ seed, days, calm = 1, weights = {} }: StormOptions): Storm {
  const luck = createLuck(createSeededRandom(Math.imul(seed + 1, 0x85eb_ca6b)));
  const endMs = Math.round(days * dayMs);
  const kinds = [...lives.filter(() => !luck.chance(0.2)), ...drawFaults(luck, weights)];
  const happenings = kinds.flatMap((kind) => happeningsOf(kind, kind.meanMs * calm, luck, endMs));
  const hub = drawHome(luck);
  const centre = drawCentre(luck);
  const oldJournal = calm > 1 ? [] : drawOldJournal(luck, endMs, weights);
  const drawn = [
    ...inOrder([...happenings, ...oldJournal], endMs),
    ...healing.map((step, place) => (place === 0 ? { at: formatDuration(endMs), ...step } : step)),
  ];
  const steps = [...drawn, ...aftermath];
  const document = {
    scenario: `A storm of ${days} days, drawn from seed ${seed}`,
    about:
      'Drawn by lot: whatever breaks, no alarm is lost, doubled or falsely acknowledged, and all is well in the end.',
    seed,
    hub,
    centre,
    steps,
  };
  return { seed, document, drawn: drawn.length };
}

/** What must be true when everything was put right: all is delivered, and a press goes all the way. */
const aftermath: readonly Words[] = [
  { expect: { state: { path: 'primary', waiting: 0 } }, within: healedWithin },
  { wait: '1m' },
  { press: 'pendant' },
  { expect: { report: 'alarm', from: 'pendant' }, within: deliveredWithin },
  { expect: { journal: 'acknowledged' }, within: deliveredWithin },
];

/** Reads a storm's document as any scenario is read. Throws when it is none: a mistake in what was drawn. */
export function readStorm(document: StormDocument): Scenario {
  const read = readScenario(writeYaml(document));
  if (read.ok) return read.value;
  throw new Error(`the storm is no scenario: ${read.problem.map(({ message }) => message).join('; ')}`);
}

function drawFaults(luck: Luck, weights: FaultWeights): Kind[] {
  return faults.flatMap((kind) => {
    const isOff = luck.chance(offShare);
    const often = luck.one([0.3, 1, 1, 3]) * (weights[kind.name] ?? 1);
    return isOff || often === 0 ? [] : [{ ...kind, meanMs: kind.meanMs / often }];
  });
}

/** In so many storms somebody puts an old journal back. */
const oldJournalShare = 0.2;

/**
 * A copy of the journal is made at some time, and put in its place near the end: who judges by what a hub remembers judges
 * no more then. Therefore not in a calm life, of which that would be too much.
 */
function drawOldJournal(luck: Luck, endMs: number, weights: FaultWeights): Happening[] {
  if (!luck.chance(oldJournalShare * (weights[oldJournalName] ?? 1))) return [];
  const restoredMs = luck.whole(Math.round(endMs * 0.7), endMs);
  const copiedMs = luck.whole(0, restoredMs);
  const deeds = [
    { afterMs: 0, step: { journal: 'copied' } },
    { afterMs: restoredMs - copiedMs, step: { journal: 'restored' } },
  ];
  return [{ atMs: copiedMs, deeds }];
}

interface Happening {
  atMs: number;
  deeds: readonly Deed[];
}

function happeningsOf({ draw }: Kind, meanMs: number, luck: Luck, endMs: number): Happening[] {
  const list: Happening[] = [];
  for (let atMs = luck.pauseMs(meanMs); atMs < endMs; atMs += luck.pauseMs(meanMs)) {
    list.push({ atMs, deeds: draw(luck) });
  }
  return list;
}

/** One after the other. What follows another at once hangs on it and has no time of its own. */
function inOrder(happenings: readonly Happening[], endMs: number): Words[] {
  const groups = happenings.flatMap(({ atMs, deeds }) => {
    const at: { atMs: number; steps: Words[] }[] = [];
    for (const { afterMs, step } of deeds) {
      const before = at.at(-1);
      if (before !== undefined && afterMs === 0) before.steps.push(step);
      else at.push({ atMs: atMs + afterMs, steps: [step] });
    }
    return at;
  });
  return groups
    .filter(({ atMs }) => atMs < endMs)
    .toSorted((one, other) => one.atMs - other.atMs)
    .flatMap(({ atMs, steps }) =>
      steps.map((step, place) => (place === 0 ? { at: formatDuration(atMs), ...step } : step)),
    );
}

function drawHome(luck: Luck): Words {
  const always = '00:00-24:00';
  const guarded = [
    { name: 'door', kind: 'door', hours: always, openTooLong: luck.one(['1m', '5m', '20m']) },
    { name: 'bed', kind: 'bed', hours: always, outOfBed: luck.one(['5m', '15m']) },
    { name: 'mat', kind: 'mat', hours: '22:00-06:00' },
    { name: 'motion', kind: 'motion', hours: '23:00-05:00' },
    { name: 'fall', kind: 'fall', cancel: luck.one(['0s', '10s', '20s']) },
  ];
  return {
    heartbeat: { interval: luck.one(['2m', '5m', '15m', '30m']) },
    accessories: guarded.filter(() => luck.chance(0.7)),
  };
}

function drawCentre(luck: Luck): Words {
  return {
    operator: luck.one(['does-not-answer', { answers: '8s', talks: '60s' }, { answers: '30s', talks: '10m' }]),
    call: luck.one(['predefined', 'none', { callback: '5m' }]),
    sms: luck.one(['answers', 'silent']),
  };
}
