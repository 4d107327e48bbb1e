import { createWaiting } from '#simulator/scenario/checkers/journalFates.ts';
import type { Weathered } from './play.ts';

/** What storms came to, summed up. Each is a count over all worlds. */
export interface Figures {
  hubs: number;
  hubDays: number;
  /** Steps that did something. */
  steps: number;
  crashes: number;
  powerCuts: number;
  /** Alarms that were committed, and those that a centre has acknowledged. */
  alarms: number;
  acknowledged: number;
  /** Alarms that waited when an old journal, which does not know them, took the place of theirs. */
  forgotten: number;
  heartbeats: number;
  calls: number;
  messages: number;
  /** The largest journal, in bytes. */
  journalBytes: number;
  failed: number;
}

export const noFigures: Figures = {
  hubs: 0,
  hubDays: 0,
  steps: 0,
  crashes: 0,
  powerCuts: 0,
  alarms: 0,
  acknowledged: 0,
  forgotten: 0,
  heartbeats: 0,
  calls: 0,
  messages: 0,
  journalBytes: 0,
  failed: 0,
};

const dayMs = 86_400_000;

export function figuresOf({ outcome, journalBytes, problems }: Weathered): Figures {
  const { events, steps, endMs } = outcome;
  const count = (isOne: (event: (typeof events)[number]) => boolean): number => events.filter(isOne).length;
  const alarms = new Set(
    events.flatMap((event) => (event.kind === 'journal' && event.report === 'alarm' ? [event.ref] : [])),
  );
  return {
    hubs: 1,
    hubDays: endMs / dayMs,
    steps: steps.filter(({ verdict }) => verdict === 'passed').length,
    crashes: count((event) => event.kind === 'hub' && event.is === 'crashed'),
    powerCuts: count((event) => event.kind === 'hub' && event.is === 'without-power'),
    alarms: alarms.size,
    acknowledged: new Set(
      events.flatMap((event) =>
        event.kind === 'journal' && event.entry === 'acknowledged' && alarms.has(event.ref) ? [event.ref] : [],
      ),
    ).size,
    forgotten: forgottenOf(events),
    heartbeats: count((event) => event.kind === 'heartbeat'),
    calls: count((event) => event.kind === 'voice' && event.is === 'ringing'),
    messages: count((event) => event.kind === 'sms' && event.is === 'sent'),
    journalBytes,
    failed: problems.length === 0 ? 0 : 1,
  };
}

function forgottenOf(events: Weathered['outcome']['events']): number {
  const { all: waiting, befall } = createWaiting<string>();
  let forgotten = 0;
  for (const event of events) {
    if (event.kind === 'action') {
      const before = [...waiting].flatMap(([ref, report]) => (report === 'alarm' ? [ref] : []));
      befall(event.action);
      forgotten += before.filter((ref) => !waiting.has(ref)).length;
    }
    if (event.kind !== 'journal' || event.ref === undefined) continue;
    if (event.entry === 'report') waiting.set(event.ref, event.report ?? '');
    else if (event.entry === 'acknowledged' || event.entry === 'superseded') waiting.delete(event.ref);
  }
  return forgotten;
}

export function sum(one: Figures, other: Figures): Figures {
  return {
    hubs: one.hubs + other.hubs,
    hubDays: one.hubDays + other.hubDays,
    steps: one.steps + other.steps,
    crashes: one.crashes + other.crashes,
    powerCuts: one.powerCuts + other.powerCuts,
    alarms: one.alarms + other.alarms,
    acknowledged: one.acknowledged + other.acknowledged,
    forgotten: one.forgotten + other.forgotten,
    heartbeats: one.heartbeats + other.heartbeats,
    calls: one.calls + other.calls,
    messages: one.messages + other.messages,
    journalBytes: Math.max(one.journalBytes, other.journalBytes),
    failed: one.failed + other.failed,
  };
}

/** One line for people. */
export function toldFigures(figures: Figures): string {
  const { hubs, hubDays, steps, crashes, powerCuts, alarms, acknowledged, forgotten } = figures;
  const { heartbeats, calls, messages, failed } = figures;
  const old =
    forgotten === 0 ? '' : ` (${forgotten} more were taken away with their journal: an older one took its place)`;
  const time = hubDays < 730 ? `${hubDays.toFixed(1)} days` : `${(hubDays / 365.25).toFixed(2)} years`;
  return [
    `${hubs} hubs, ${time} together: ${steps} happenings, ${crashes} crashes, ${powerCuts} power cuts`,
    `${alarms} alarms, ${acknowledged} acknowledged${old}, ${heartbeats} heartbeats, ${calls} calls, ${messages} short messages`,
    `${failed} failed`,
  ].join('; ');
}
