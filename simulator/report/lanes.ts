import { answers } from '#protocol/scaip/codes.ts';
import type { WorldEvent } from '#simulator/world/world.ts';

/** How well something was: decides its colour, and never stands without a word beside it. */
export type Tone = 'good' | 'bad' | 'doubtful';

/** A stretch of time in which something was so. */
export interface Band {
  fromMs: number;
  toMs: number;
  tone: Tone;
  words: string;
}

/** The way of one report, from its row in the journal to the centre's word. */
export interface ReportWay {
  ref: string;
  words: string;
  isAlarm: boolean;
  /** When the accessory was heard, where that is known. */
  heardMs: number | undefined;
  committedMs: number;
  arrivals: readonly { atMs: number; isAnswered: boolean }[];
  /** When it was acknowledged or replaced; none while it waits. */
  settledMs: number | undefined;
  isReplaced: boolean;
}

/** More reports than these are not drawn one by one; the table has them all. */
export const waysLimit = 12;

/** What is drawn for one lane from its first state on. */
interface LaneRule {
  first: Omit<Band, 'fromMs' | 'toMs'>;
  next(event: WorldEvent): Omit<Band, 'fromMs' | 'toMs'> | undefined;
}

const laneRules = {
  link: {
    first: { tone: 'good', words: 'up' },
    next(event) {
      if (event.kind !== 'link') return undefined;
      if (event.is === 'down') return { tone: 'bad', words: 'down' };
      return event.difficulties === undefined ? { tone: 'good', words: 'up' } : { tone: 'doubtful', words: 'bad' };
    },
  },
  path: {
    first: { tone: 'good', words: 'connected' },
    next(event) {
      if (event.kind === 'hub') return { tone: 'bad', words: 'not connected' };
      if (event.kind !== 'path') return undefined;
      return event.is === 'up' ? { tone: 'good', words: 'connected' } : { tone: 'bad', words: 'not connected' };
    },
  },
  hub: {
    first: { tone: 'good', words: 'running' },
    next(event) {
      if (event.kind !== 'hub') return undefined;
      return event.is === 'starting'
        ? { tone: 'good', words: 'running' }
        : { tone: 'bad', words: event.is.replaceAll('-', ' ') };
    },
  },
  radio: {
    first: { tone: 'good', words: 'plugged in' },
    next(event) {
      if (event.kind !== 'device') return undefined;
      return event.is === 'unplugged' ? { tone: 'bad', words: 'unplugged' } : { tone: 'good', words: 'plugged in' };
    },
  },
  centre: {
    first: { tone: 'good', words: 'answers' },
    next(event) {
      if (event.kind === 'broker')
        return event.is === 'running' ? { tone: 'good', words: 'answers' } : { tone: 'bad', words: 'broker stopped' };
      if (event.kind !== 'centre' || event.is === 'connected') return undefined;
      if (event.is === 'answers' || event.is === 'online') return { tone: 'good', words: 'answers' };
      const isGone = event.is === 'offline' || event.is === 'disconnected' || event.is === 'silent';
      return { tone: isGone ? 'bad' : 'doubtful', words: event.is.replaceAll('-', ' ') };
    },
  },
} as const satisfies Record<string, LaneRule>;

export type BandLane = keyof typeof laneRules;

/** The bands of a lane over the whole scenario. What lasted no time is left out. */
export function bandsOf(lane: BandLane, events: readonly WorldEvent[], endMs: number): Band[] {
  const rule: LaneRule = laneRules[lane];
  const bands: Band[] = [];
  let current: Band = { ...rule.first, fromMs: 0, toMs: endMs };
  for (const event of events) {
    const next = rule.next(event);
    if (next === undefined || next.words === current.words) continue;
    bands.push({ ...current, toMs: event.atMs });
    current = { ...next, fromMs: event.atMs, toMs: endMs };
  }
  return [...bands, current].filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** A press becomes a row within this; what is older belongs to something else. */
const heardBeforeMs = 2_000;

/** The reports in the order of their rows. */
export function waysOf(events: readonly WorldEvent[]): ReportWay[] {
  const ways = new Map<string, ReportWay & { arrivals: { atMs: number; isAnswered: boolean }[] }>();
  const lastHeard = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'telegram' && event.heard) lastHeard.set(event.from, event.atMs);
    if (event.kind === 'arrival') {
      ways.get(event.ref)?.arrivals.push({ atMs: event.atMs, isAnswered: event.answer === answers.handled.code });
    }
    if (event.kind !== 'journal' || event.ref === undefined) continue;
    const { entry, ref, atMs, report = 'report', from = 'hub' } = event;
    const known = ways.get(ref);
    if (entry === 'report') {
      const heard = lastHeard.get(from);
      const heardMs = heard !== undefined && atMs - heard <= heardBeforeMs ? heard : undefined;
      const words = `${report} from ${from}`;
      const isAlarm = report === 'alarm';
      ways.set(ref, {
        ref,
        words,
        isAlarm,
        heardMs,
        committedMs: atMs,
        arrivals: [],
        settledMs: undefined,
        isReplaced: false,
      });
    } else if (known !== undefined && (entry === 'acknowledged' || entry === 'superseded')) {
      known.settledMs = atMs;
      known.isReplaced = entry === 'superseded';
    }
  }
  return [...ways.values()];
}
