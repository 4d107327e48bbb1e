import { type Cancel, secondMs } from '#protocol/core/time.ts';
import type { HubProcess, LogLine } from '#test/real/hubProcess.ts';
import type { Slice } from '#test/real/sliceWorld.ts';
import { realClock } from '#test/real/uplinkWorld.ts';
import { figuresOf } from '#test/soak/processFigures.ts';

/** Each is pressed again long after its last alarm was acknowledged: a press on a waiting one is an update (B1.3). */
export const pendants = 60;
const pressEveryMs = secondMs;
/** What is compiled and cached at the start is no leak: the second half is looked at. */
const settledAfter = 1 / 2;

/** What became of presses under some trouble, and what they cost. */
export interface Outcome {
  presses: number;
  /** Presses of which no alarm reached the centre, and alarms that nobody pressed. */
  lost: number;
  fromNowhere: number;
  /** From the press on the line to the acknowledgement in the hub's log, sorted. */
  waitsMs: readonly number[];
  cpuPercent: number;
  /** By how many times the machine stretched what the hub did: 1 where the hub ran whenever it could. */
  stretch: number;
  residentMiB: number;
  /** Since it had settled. */
  growthMiB: number;
}

/** Presses a pendant each second for a while, and follows each to its acknowledgement. */
export async function pressOn(slice: Slice, hub: HubProcess, lastsMs: number): Promise<Outcome> {
  const beganMs = realClock.monotonicMs();
  const began = figuresOf(hub.pid);
  const pressed: { pendant: string; wallMs: number }[] = [];
  let settled = began;
  let settledMs = beganMs;
  for (let count = 0; count * pressEveryMs < lastsMs; count += 1) {
    const pendant = `pendant-${(count % pendants) + 1}`;
    pressed.push({ pendant, wallMs: realClock.wallMs() });
    slice.radio.say(`press ${pendant}`);
    await atTime(beganMs + (count + 1) * pressEveryMs);
    if (settledMs === beganMs && realClock.monotonicMs() - beganMs > settledAfter * lastsMs) {
      settled = figuresOf(hub.pid);
      settledMs = realClock.monotonicMs();
    }
  }
  const ended = figuresOf(hub.pid);
  const cpuPercent = (100 * (ended.cpuMs - settled.cpuMs)) / (realClock.monotonicMs() - settledMs);
  await hub.logged({ step: 'alarm', from: pressed.at(-1)?.pendant }, Math.ceil(pressed.length / pendants));
  const waiting = new Set(raisedIn(hub.log()).map(({ ref }) => ref));
  await Promise.all([...waiting].map(async (ref) => await hub.logged({ step: 'acknowledged', ref })));
  const waitsMs = waitsOf(pressed, hub.log());
  return {
    presses: pressed.length,
    lost: pressed.length - waitsMs.length,
    fromNowhere: casesOf(slice).size - waitsMs.length,
    waitsMs: waitsMs.toSorted((one, other) => one - other),
    cpuPercent,
    stretch: 1 + (ended.heldUpMs - began.heldUpMs) / Math.max(1, ended.ranMs - began.ranMs),
    residentMiB: ended.residentMiB,
    growthMiB: ended.residentMiB - settled.residentMiB,
  };
}

/** The alarms that either centre has; both have one that was brought to the other in vain. */
const casesOf = ({ centre, reserve }: Slice): Set<string> =>
  new Set([...centre.alarms(), ...(reserve?.alarms() ?? [])].map(({ ref }) => ref));

const raisedIn = (log: readonly LogLine[]): LogLine[] =>
  log.filter(({ step, from }) => step === 'alarm' && from !== undefined);

/** Each press with its alarm, in their order: the first press of a pendant is its first alarm. */
function waitsOf(pressed: readonly { pendant: string; wallMs: number }[], log: readonly LogLine[]): number[] {
  const doneMs = new Map(
    log.filter(({ step }) => step === 'acknowledged').map(({ ref, time }) => [ref, Date.parse(String(time))]),
  );
  const raised = new Map<unknown, unknown[]>();
  for (const { from, ref } of raisedIn(log)) raised.set(from, [...(raised.get(from) ?? []), ref]);
  return pressed.flatMap(({ pendant, wallMs }) => {
    const at = doneMs.get(raised.get(pendant)?.shift());
    return at === undefined ? [] : [at - wallMs];
  });
}

function shareOf(waitsMs: readonly number[], share: number): number {
  return waitsMs[Math.min(waitsMs.length - 1, Math.floor(share * waitsMs.length))] ?? 0;
}

/** A machine on which everything else is tested too may hold one alarm up for so much longer than most. */
const busyFactor = 3;

/** What every trouble of this kind must leave as it is. */
export function problemsOf(
  outcome: Outcome,
  limits: { waitMs: number; cpuPercent: number; growthMiB: number },
): string[] {
  const { lost, fromNowhere, waitsMs, cpuPercent, stretch, growthMiB } = outcome;
  // What a hub needs all of its time for takes it longer where it has a part of the processor alone.
  const waitMs = Math.round(stretch * limits.waitMs);
  const mostMs = shareOf(waitsMs, 0.9);
  const longestMs = shareOf(waitsMs, 1);
  return [
    ...(lost > 0 ? [`${lost} presses were lost`] : []),
    ...(fromNowhere !== 0 ? [`${fromNowhere} alarms that nobody pressed`] : []),
    ...(mostMs > waitMs ? [`one in ten alarms took ${mostMs} ms; ${waitMs} is the limit`] : []),
    ...(longestMs > busyFactor * waitMs ? [`an alarm took ${longestMs} ms`] : []),
    ...(cpuPercent > limits.cpuPercent
      ? [`${cpuPercent.toFixed(0)} % of a core; ${limits.cpuPercent} is the limit`]
      : []),
    ...(growthMiB > limits.growthMiB ? [`${growthMiB.toFixed(1)} MiB more; ${limits.growthMiB} is the limit`] : []),
  ];
}

export function wordsOf({
  presses,
  lost,
  fromNowhere,
  waitsMs,
  cpuPercent,
  stretch,
  residentMiB,
  growthMiB,
}: Outcome): string {
  return [
    `${presses} presses within, ${lost} lost, ${fromNowhere} raised by nobody`,
    `acknowledged after p50 ${shareOf(waitsMs, 0.5)} ms, p99 ${shareOf(waitsMs, 0.99)} ms, longest ${shareOf(waitsMs, 1)} ms`,
    `${cpuPercent.toFixed(1)} % of a core, stretched ${stretch.toFixed(1)} times by what else ran, ${residentMiB.toFixed(0)} MiB, ${growthMiB.toFixed(1)} MiB more at the end`,
  ].join('; ');
}

/** Does something so often, however long each takes; what is returned ends it. `tick` counts from 1. */
export function repeat(everyMs: number, act: (tick: number) => void): Cancel {
  const beganMs = realClock.monotonicMs();
  let tick = 0;
  let cancel: Cancel;
  const again = (): void => {
    tick += 1;
    act(tick);
    cancel = realClock.at(beganMs + tick * everyMs, again);
  };
  again();
  return () => cancel();
}

async function atTime(dueMs: number): Promise<void> {
  await new Promise<void>((resolve) => realClock.at(dueMs, resolve));
}
