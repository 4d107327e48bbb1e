import { secondMs } from '#protocol/core/time.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble } from './diskTrouble.ts';

/** Who checks in and out held a tag to the reader, and the check-in says whether an alarm had awaited it (B9.1, B9.2). */
export const checkPresence: Checker = (trace) => [...uponAlarm(trace), ...readAgain(trace)];

/** The centre may close the visit that is awaited, or set another time for it. */
const byCentre: readonly string[] = ['command', 'configure'];

/** A visit is awaited from an alarm's commit to the next check-in, for so long as is configured (B9.1). */
function uponAlarm({ events, hub }: Trace): Violation[] {
  const violations: Violation[] = [];
  let alarmMs: number | undefined;
  // Orders that are under way are carried out some time.
  let ordered = 0;
  let maybe = false;
  let isUnsure = false;
  for (const event of events) {
    const { atMs } = event;
    if (event.kind === 'action') {
      const { action } = event;
      // A journal that takes nothing takes no alarm; a clock that is wrong tells the wrong time over a power cut.
      if (action.word === 'clock' || (action.word === 'disk' && action.is !== 'ok')) isUnsure = true;
      if (byCentre.includes(action.word)) ordered += 1;
    }
    if (event.kind === 'result') {
      ordered -= 1;
      maybe = true;
    }
    if (event.kind !== 'journal' || event.entry !== 'report') continue;
    if (event.report === 'alarm') {
      alarmMs = atMs;
      maybe = false;
    }
    if (!isCheckIn(event)) continue;
    const isUponAlarm = event.status === statusCodes.presenceUponAlarm.code;
    const waitedMs = alarmMs === undefined ? undefined : atMs - alarmMs;
    // How long the hub thinks that it was off is its own affair.
    const isAwaited = waitedMs !== undefined && waitedMs < hub.visits.awaitedForMs / 2;
    const isKnown = !isUnsure && !maybe && ordered === 0 && (isAwaited || waitedMs === undefined);
    if (isKnown && isUponAlarm !== isAwaited) violations.push(wrongStatus(event, isAwaited));
    if (isUponAlarm || isAwaited) alarmMs = undefined;
  }
  return violations;
}

type Row = EventOf<'journal'>;

function isCheckIn({ report, status }: Row): boolean {
  const { presenceUponAlarm, presencePlanned } = statusCodes;
  return report === 'visit' && (status === presenceUponAlarm.code || status === presencePlanned.code);
}

function wrongStatus({ from = '', atMs, sequence }: Row, isAwaited: boolean): Violation {
  const message = isAwaited
    ? `${from} checks in as planned, but an alarm awaits a visit`
    : `${from} checks in upon alarm, but no alarm awaits a visit`;
  return { rule: 'B9.1', atMs, message, event: sequence };
}

/** From the tag to the row. */
const promptMs = secondMs;
/** A hub that has just started, or a reader that was just plugged in, may not hear yet. */
const deafMs = 30 * secondMs;

/** A tag that lies on the reader is read again and again, and that is one read (B9.2). */
function readAgain(trace: Trace): Violation[] {
  const isSet = eventsOf(trace, 'action').some(({ action }) => action.word === 'configure' && 'visits' in action.layer);
  if (isSet) return [];
  const isUnwritable = diskTrouble(trace);
  const violations: Violation[] = [];
  const reads = new Map<string, { atMs: number; isRepeat: boolean }>();
  let sameSinceMs = 0;
  for (const event of trace.events) {
    const { atMs } = event;
    // What a program that is gone, or a reader that was away, has read is forgotten.
    if (event.kind === 'hub' || event.kind === 'device') sameSinceMs = atMs;
    if (event.kind === 'action' && event.action.word === 'tag') {
      const before = reads.get(event.action.name)?.atMs ?? Number.NEGATIVE_INFINITY;
      const isRepeat = before > sameSinceMs + deafMs && atMs - before < trace.hub.visits.repeatWithinMs;
      reads.set(event.action.name, { atMs, isRepeat });
    }
    if (event.kind !== 'journal' || event.report !== 'visit') continue;
    const read = reads.get(event.from ?? '');
    if (read?.isRepeat !== true || atMs - read.atMs > promptMs || isUnwritable(read.atMs - promptMs, atMs)) continue;
    const message = `the tag of ${event.from ?? ''} lay on the reader, and counts as another one`;
    violations.push({ rule: 'B9.2', atMs, message, event: event.sequence });
  }
  return violations;
}
