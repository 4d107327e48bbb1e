import { secondMs } from '#protocol/core/time.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { fitsPlace } from '#simulator/scenario/words/places.ts';
import type { NewEvent } from '#simulator/world/recorder.ts';
import type { Action } from '#simulator/world/world.ts';
import type { Happenings } from './happenings.ts';
import type { Home } from './home.ts';
import { isDelivered } from './readJournal.ts';

/** What was shown, a line each; or what did not come. Both are for people. */
export type Demonstrated = Result<readonly string[], string>;

interface Stage {
  home: Home;
  happenings: Happenings;
  /** Whether the operator is in this process: then a call is to come. */
  callsAreOurs: boolean;
}

/** How long each thing may take on this machine before the demonstration has failed. */
const stepLimitMs = 10 * secondMs;

/** The same tag counts again a moment after the hub would take it for the same reading (B9.2). */
const againMs = 100;

/** One alarm all the way with its call, and the visit of the staff, as far as this home has what it takes. */
export async function demonstrate(stage: Stage): Promise<Demonstrated> {
  const { home } = stage;
  const { configuration } = home.household;
  const shown: string[] = [];
  const pendant = configuration.accessories.find(({ kind }) => fitsPlace(kind, 'button'));
  const staff = configuration.tags.find(({ installer }) => !installer);
  if (pendant === undefined) return failure('this home has nothing to press');
  const parts: (() => Promise<Demonstrated>)[] = [async () => await alarm(stage, pendant.name)];
  if (staff !== undefined) {
    // One that was left open in an earlier run is closed first.
    const ways = home.state().visit === 'open' ? ['out', 'in', 'out'] : ['in', 'out'];
    parts.push(...ways.map((way, index) => async () => await visit(stage, staff.name, way, index > 0)));
  }
  for (const part of parts) {
    const done = await part();
    if (!done.ok) return done;
    shown.push(...done.value);
  }
  return success(shown);
}

async function alarm(stage: Stage, pendant: string): Promise<Demonstrated> {
  const { home, happenings, callsAreOurs } = stage;
  const isCall = callsAreOurs && home.household.configuration.voice.receiver !== undefined;
  const connected = isCall
    ? happenings.next((event) => event.kind === 'voice' && event.is === 'connected', stepLimitMs)
    : undefined;
  const acknowledged = await report(stage, 'alarm', { word: 'press', name: pendant });
  if (!acknowledged.ok || connected === undefined) return acknowledged;
  if ((await connected) === undefined) return failure('the hub did not get through to the operator');
  const ended = happenings.next((event) => event.kind === 'voice' && event.is === 'ended', stepLimitMs);
  const hungUp = home.perform({ word: 'operator', does: 'hangs-up' });
  if (!hungUp.ok) return hungUp;
  if ((await ended) === undefined) return failure('the call did not end');
  return success([...acknowledged.value, 'the operator answered the call']);
}

async function visit(stage: Stage, tag: string, way: string, isAgain: boolean): Promise<Demonstrated> {
  const { repeatWithinMs } = stage.home.household.configuration.visits;
  if (isAgain) await stage.happenings.next(() => false, repeatWithinMs + againMs);
  const done = await report(stage, 'visit', { word: 'tag', name: tag });
  return done.ok ? success(done.value.map((line) => `check-${way}: ${line}`)) : done;
}

/** Does what brings a report about, and follows that to its acknowledgement. */
async function report({ home, happenings }: Stage, report: string, action: Action): Promise<Demonstrated> {
  let ref: string | undefined;
  const isIts = (event: NewEvent): boolean => {
    if (event.kind !== 'journal') return false;
    if (event.entry === 'report' && event.report === report) ref ??= event.ref;
    return event.entry === 'acknowledged' && ref !== undefined && event.ref === ref;
  };
  const acknowledged = happenings.next(isIts, stepLimitMs);
  const done = home.perform(action);
  if (!done.ok) return done;
  if ((await acknowledged) === undefined || ref === undefined)
    return failure(`no acknowledgement of the ${report} came back`);
  if (!isDelivered(home.journalFile, ref))
    return failure(`the journal does not say that the ${report} ${ref} was delivered`);
  return success([`${report} ${ref} was acknowledged by the centre, and the journal says delivered`]);
}
