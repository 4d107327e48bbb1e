import { secondMs } from '#protocol/core/time.ts';
import type { WorldEvent } from '#simulator/world/world.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { createWaiting } from './journalFates.ts';
import { membershipOf } from './membership.ts';

/** No alarm is lost, and none is opened twice at a centre (B1, B2.5). */
export const checkAlarms: Checker = (trace) => [
  ...openedTwice(trace),
  ...lost(trace),
  ...notJournalled(trace),
  ...unheard(trace),
];

function openedTwice(trace: Trace): Violation[] {
  const opened = new Set<string>();
  return eventsOf(trace, 'arrival').flatMap(({ at, ref, from, report, repeat, atMs, sequence }) => {
    const key = `${at}/${ref}`;
    const isAgain = !repeat && opened.has(key);
    opened.add(key);
    if (!isAgain) return [];
    const message = `${report} ${ref} from ${from} was opened twice at the ${at} centre; right would be a repeat`;
    return [{ rule: 'B2.5', atMs, message, event: sequence }];
  });
}

/** An alarm leaves the journal's queue by its acknowledgement alone. Waiting at the end is not lost. */
function lost(trace: Trace): Violation[] {
  const violations: Violation[] = [];
  const { all: waiting, befall } = createWaiting<string>();
  for (const event of trace.events) {
    if (event.kind === 'action') befall(event.action);
    if (event.kind !== 'journal') continue;
    const { entry, ref, report, from, wiped, atMs, sequence } = event;
    // A hub that ends takes with it what still waited and is no alarm (B14.1).
    if (wiped === true) waiting.clear();
    if (ref === undefined) continue;
    if (entry === 'report') waiting.set(ref, `${report ?? 'report'} ${ref} from ${from ?? 'hub'}`);
    if (entry === 'superseded' && waiting.get(ref)?.startsWith('alarm') === true) {
      const message = `${waiting.get(ref)} was replaced; only the centre's acknowledgement ends an alarm`;
      violations.push({ rule: 'B1.1', atMs, message, event: sequence });
    }
    if (entry === 'superseded' || entry === 'acknowledged') waiting.delete(ref);
  }
  if (waiting.size > trace.state.waiting) {
    const known = [...waiting.values()].join(', ');
    const message = `only ${trace.state.waiting} still wait, but not acknowledged are: ${known}`;
    violations.push({ rule: 'B1.1', atMs: trace.endMs, message });
  }
  return violations;
}

/** The row comes before the message, unless the disk took none: then the message says so (B1.1). */
function notJournalled({ events }: Trace): Violation[] {
  const journalled = new Set<string>();
  const violations: Violation[] = [];
  let diskWasBad = false;
  for (const event of events) {
    if (event.kind === 'action' && event.action.word === 'disk' && event.action.is !== 'ok') diskWasBad = true;
    if (event.kind === 'journal' && event.entry === 'report' && event.ref !== undefined) {
      journalled.add(event.ref);
    } else if (event.kind === 'arrival' && !journalled.has(event.ref) && !(diskWasBad && event.journalled === false)) {
      const message = `${event.report} ${event.ref} from ${event.from} arrived before it was in the journal`;
      violations.push({ rule: 'B1.1', atMs: event.atMs, message, event: event.sequence });
    }
  }
  return violations;
}

/** A hub that has just started, or a receiver that was just plugged in, may not hear yet. */
const deafMs = 30 * secondMs;
/** From the telegram to the row, on a machine that holds nothing up. */
const promptMs = secondMs;
/** What follows within this is a repeat of the same press (B1.2). */
const repeatMs = 2 * secondMs;

/** Every press that the receiver heard is in the journal, unless it repeats one. */
function unheard(trace: Trace): Violation[] {
  const reported = eventsOf(trace, 'journal').filter(({ entry }) => entry === 'report');
  const commitWithinMs = promptMs + trace.heldUpMs;
  const members = membershipOf(trace);
  const lastHeard = new Map<string, number>();
  let deafUntilMs = 0;
  let isRunning = true;
  let diskIsWell = true;
  const violations: Violation[] = [];
  for (const event of trace.events) {
    const { atMs } = event;
    if (event.kind === 'hub') isRunning = event.is === 'starting';
    if (event.kind === 'hub' || event.kind === 'device') deafUntilMs = atMs + deafMs;
    // Half a frame before a telegram swallows its first bytes.
    if (event.kind === 'action' && event.action.word === 'disk') diskIsWell = event.action.is === 'ok';
    if (event.kind === 'action' && event.action.word === 'bytes') deafUntilMs = Math.max(deafUntilMs, atMs + secondMs);
    // A smoke detector that tells what it tells from time to time says the same as one that has just smelt it.
    if (event.kind === 'telegram' && event.what === 'alive') lastHeard.set(event.from, atMs);
    if (event.kind !== 'telegram' || !event.heard || !isTrigger(event, trace)) continue;
    if (!members.isEnrolled(event.from, atMs)) continue;
    const lastMs = lastHeard.get(event.from) ?? Number.NEGATIVE_INFINITY;
    lastHeard.set(event.from, atMs);
    const mayBeDeaf = !isRunning || !diskIsWell || atMs < deafUntilMs || atMs + commitWithinMs > trace.endMs;
    if (mayBeDeaf || atMs - lastMs <= repeatMs || wasCutShort(trace, event, commitWithinMs)) continue;
    const isThere = reported.some(
      (row) => row.from === event.from && row.atMs >= atMs && row.atMs - atMs <= commitWithinMs,
    );
    if (isThere) continue;
    const message = `${event.from} was heard (${event.what}), but nothing of it is in the journal`;
    violations.push({ rule: 'B1.1', atMs, message, event: event.sequence });
  }
  return violations;
}

/** The telegrams that raise an alarm whatever the hour: what others send depends on hours, on windows and on who is there. */
const triggers: Readonly<Record<string, string>> = {
  pendant: 'press',
  'extra-pendant': 'press',
  'light-press': 'press',
  smoke: 'smoke',
  epilepsy: 'press',
  'voice-trigger': 'press',
};

function isTrigger(event: WorldEvent & { kind: 'telegram' }, { hub }: Trace): boolean {
  const accessory = hub.accessories.find(({ name }) => name === event.from);
  const trigger = accessory === undefined ? undefined : triggers[accessory.kind];
  return trigger !== undefined && event.copy === 0 && event.what.startsWith(trigger) && !hasWindow(accessory);
}

/** In its cancel window an alarm is not yet one (B1.5). */
function hasWindow(accessory: object | undefined): boolean {
  return Object.entries(accessory ?? {}).some(([key, value]) => key.startsWith('cancel') && value !== 0);
}

/** The hub was stopped, killed or unplugged while the bytes were under way. */
function wasCutShort({ events }: Trace, { atMs }: WorldEvent, commitWithinMs: number): boolean {
  return events.some(
    (other) =>
      (other.kind === 'hub' || other.kind === 'device') && other.atMs >= atMs && other.atMs - atMs <= commitWithinMs,
  );
}
