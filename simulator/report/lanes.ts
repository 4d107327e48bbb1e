import { answers, codeWords, statusCodes } from '#protocol/scaip/codes.ts';
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

/** How something is: nothing is drawn for it when it has no words. */
export type Condition = Omit<Band, 'fromMs' | 'toMs'>;

/** What is drawn for one lane from its first state on. */
export interface LaneRule {
  first: Condition;
  next(event: WorldEvent): Condition | undefined;
}

/** The bands of a lane over the whole scenario. What lasted no time is left out. */
export function bandsOf(rule: LaneRule, events: readonly WorldEvent[], endMs: number): Band[] {
  const bands: Band[] = [];
  let current: Band = { ...rule.first, fromMs: 0, toMs: endMs };
  for (const event of events) {
    const next = rule.next(event);
    if (next === undefined || next.words === current.words) continue;
    bands.push({ ...current, toMs: event.atMs });
    current = { ...next, fromMs: event.atMs, toMs: endMs };
  }
  return [...bands, current].filter(({ fromMs, toMs, words }) => toMs > fromMs && words !== '');
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
    const { entry, ref, atMs, report = 'report', from = 'hub', status = 0 } = event;
    const known = ways.get(ref);
    if (entry === 'report') {
      const heard = lastHeard.get(from);
      const heardMs = heard !== undefined && atMs - heard <= heardBeforeMs ? heard : undefined;
      const words = from === 'hub' ? `${report}: ${codeWords(statusCodes, status)}` : `${report} from ${from}`;
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
