import { statusCodes } from '#protocol/scaip/codes.ts';
import type { Action, ArrivalEvent, WorldEvent } from '#simulator/world/world.ts';
import { holdsTelegram } from './bytes.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble, owedMs } from './diskTrouble.ts';
import { membershipOf } from './membership.ts';

type Deed = { name: string; word: Action['word'] };

/** What can raise an alarm, each time one at most (B8). */
const raising: readonly Action['word'][] = [
  'press',
  'open',
  'step-on',
  'fall',
  'smoke',
  'seizure',
  'shout',
  'sos',
  'position',
];

/**
 * What may be told again and again, or later, while it lasts: it needs one such deed before it, of whatever number. An
 * inactivity needs none.
 */
const lasting: ReadonlyMap<number, readonly Action['word'][]> = new Map([
  [statusCodes.openTooLong.code, ['open']],
  [statusCodes.absent.code, ['leave']],
  [statusCodes.movement.code, ['move']],
  [statusCodes.inactive.code, []],
]);

/** As many alarms as things that happened, at most, and none from an accessory that is not enrolled (B1.2, B1.4). */
export const checkCauses: Checker = (trace) => {
  const deeds: Deed[] = [];
  const counted = new Map<string, number>();
  const known = new Set<string>();
  const { isNew } = membershipOf(trace);
  if (holdsTelegram(trace)) return [];
  const violations: Violation[] = [];
  const forgets = forgetfulness(trace);
  for (const event of trace.events) {
    if (event.kind === 'action') deeds.push(...deedsOf(event.action));
    if (forgets(event)) deeds.push(...toldAgain(deeds));
    if (event.kind !== 'arrival' || event.report !== 'alarm' || event.repeat || known.has(event.ref)) continue;
    // The same alarm at the other centre is no further one.
    known.add(event.ref);
    const message = lasting.has(event.status)
      ? neverBegun(event, deeds)
      : oneTooMany(event, isNew(event.from) ? asTheirs(deeds, event.from) : deeds, counted);
    if (message !== undefined) violations.push({ rule: 'B1.2', atMs: event.atMs, message, event: event.sequence });
  }
  return [...violations, ...strangers(trace)];
};

/** Tells of each event whether the hub starts without knowing what it has told: its disk did not take that. */
function forgetfulness(trace: Trace): (event: WorldEvent) => boolean {
  const isIll = diskTrouble(trace);
  let stoppedMs = 0;
  return (event) => {
    if (event.kind !== 'hub') return false;
    if (event.is === 'starting') return isIll(stoppedMs - owedMs, event.atMs);
    stoppedMs = event.atMs;
    return false;
  };
}

/** A door says how it is from time to time: a hub that has forgotten hears of it anew. */
function toldAgain(deeds: readonly Deed[]): Deed[] {
  const doors = new Set(deeds.filter(({ word }) => word === 'open').map(({ name }) => name));
  return [...doors].map((name) => ({ name, word: 'open' }));
}

/** What a centre has enrolled may be the neighbour's: what that one does is its deed. */
function asTheirs(deeds: readonly Deed[], from: string): Deed[] {
  return deeds.map((deed) => ({ ...deed, name: deed.name === stranger ? from : deed.name }));
}

const stranger = 'stranger';

function deedsOf(action: Action): Deed[] {
  if (action.word === 'stranger') return [{ name: stranger, word: 'press' }];
  if (action.word === 'button') return action.name === 'alarm' ? [{ name: 'hub', word: 'press' }] : [];
  return 'name' in action ? [{ name: action.name, word: action.word }] : [];
}

function neverBegun({ ref, from, status }: ArrivalEvent, deeds: readonly Deed[]): string | undefined {
  const words = lasting.get(status) ?? [];
  const hasBegun = deeds.some(({ name, word }) => name === from && words.includes(word));
  return words.length === 0 || hasBegun
    ? undefined
    : `alarm ${ref} from ${from} has status ${status}, but nobody did ${words.join(' or ')}`;
}

function oneTooMany(
  { ref, from }: ArrivalEvent,
  deeds: readonly Deed[],
  counted: Map<string, number>,
): string | undefined {
  const count = (counted.get(from) ?? 0) + 1;
  counted.set(from, count);
  const most = deeds.filter(({ name, word }) => name === from && raising.includes(word)).length;
  // A smoke detector goes on telling while there is smoke, and what it told may arrive when the smoke is long gone.
  if (deeds.some(({ name, word }) => name === from && word === 'smoke')) return undefined;
  return count <= most ? undefined : `alarm ${ref} is number ${count} from ${from}, to which ${most} things happened`;
}

/** Nobody reports who is not of this home. */
function strangers(trace: Trace): Violation[] {
  const names = new Set([...trace.hub.accessories, ...trace.hub.tags].map(({ name }) => name)).add('hub');
  // What a centre enrols, or a configuration brings, is not in the home's own list.
  const hasNew = eventsOf(trace, 'journal').some(({ entry }) => entry === 'accessory' || entry === 'configuration');
  return eventsOf(trace, 'arrival')
    .filter(({ from }) => !hasNew && !names.has(from))
    .map((event: WorldEvent & ArrivalEvent) => ({
      rule: 'B1.4',
      atMs: event.atMs,
      message: `${event.report} ${event.ref} is from ${event.from}, which is not of this home`,
      event: event.sequence,
    }));
}
