import { readFileSync } from 'node:fs';
import type { JournalEvent } from '#agent/journal/reader.ts';
import { tonesOf } from '#agent/drivers/front/tones.ts';
import type { Sound } from '#agent/hub/devices.ts';
import { decodeRecord } from '#protocol/mqtt/record.ts';
import { type Home, openHome, type Town } from './home.ts';
import type { HubProgram, KillPoint } from './hubProgram.ts';
import { isOfTheHub, named, type NamedCall, readCalls } from './points.ts';

/** When a hub is killed: on the way of a press, or while it starts again with an alarm that waits. */
export const phases = ['press', 'start'] as const;

export type Phase = (typeof phases)[number];

/** In place of a call: it was on its way to being ready. */
const thePress = 'the press';

export interface Trial {
  phase: Phase;
  /** The call before which the hub was killed; none when it got through the whole way. */
  killedBefore: string | undefined;
  /** What there was at that moment. */
  journal: 'empty' | 'waits' | 'settled';
  isWithCentre: boolean;
  /** How often the alarm reached the centre, in all. */
  arrivals: number;
  /** What must not be; nothing, where all is well. */
  problems: readonly string[];
}

/** What a hub asks of the kernel on its whole way, when nobody kills it. */
export async function callsOf(town: Town, phase: Phase, hub: string): Promise<NamedCall[]> {
  const { calls, problems } = await inHome(town, hub, async (home) => await liveThrough(town, home, phase, undefined));
  if (problems.length > 0) throw new Error(`nobody was killed, and yet ${problems.join(', ')}`);
  return calls.filter(isOfTheHub);
}

/** Kills a hub at a point, starts it again and looks at everything that is promised. */
export async function tryPoint(town: Town, phase: Phase, point: KillPoint, hub: string): Promise<Trial> {
  return await inHome(town, hub, async (home) => {
    const { trial, problems } = await liveThrough(town, home, phase, point);
    try {
      const after = await liveOn(town, home, trial.journal);
      return { ...trial, arrivals: after.arrivals, problems: [...problems, ...after.problems] };
    } catch (error) {
      // What is awaited in vain is the finding.
      const vain = error instanceof Error ? error.message : String(error);
      return { ...trial, arrivals: town.casesOf(home.hub)[0]?.arrivals ?? 0, problems: [...problems, vain] };
    }
  });
}

async function inHome<Outcome>(town: Town, hub: string, act: (home: Home) => Promise<Outcome>): Promise<Outcome> {
  const home = await openHome(town, hub);
  try {
    return await act(home);
  } finally {
    await home.close();
  }
}

interface LivedThrough {
  calls: readonly NamedCall[];
  trial: Omit<Trial, 'problems' | 'arrivals'>;
  problems: readonly string[];
}

/** The way of an alarm until the hub is dead, at the point or at its end. */
async function liveThrough(town: Town, home: Home, phase: Phase, killAt: KillPoint | undefined): Promise<LivedThrough> {
  if (phase === 'start') await leaveAlarmWaiting(town, home);
  const trace = home.fileFor('trace');
  const hub = home.start({ trace, ...(killAt === undefined ? {} : { killAt }) });
  let fromMs = 0;
  if (phase === 'press') {
    await town.waits.until('the hub to be ready', () => hub.isOver() || isReady(town, home, hub), standing(hub));
    fromMs = performance.timeOrigin + performance.now();
    home.press();
  }
  const isThrough = (): boolean => hub.hasLogged({ step: 'acknowledged' }) && hasHeard(home, 'acknowledged');
  await town.waits.until('the end of its way', () => hub.isOver() || isThrough(), standing(hub));
  hub.kill('SIGKILL');
  await town.waits.until('its end', hub.isOver, standing(hub));
  const all = readCalls(readFileSync(trace, 'utf8'), home.folder);
  const calls = named(all.filter(({ atMs }) => atMs >= fromMs));
  const ended = hub.ending() === 'SIGKILL' ? [] : [`the hub ended by itself: ${hub.ending()}; ${standing(hub)()}`];
  const wasKilled = all.some(({ isLast }) => isLast);
  const killedBefore = wasKilled ? (calls.find(({ isLast }) => isLast)?.name ?? thePress) : undefined;
  // Until a hub is connected the red lamp says that it is not.
  const { trial, problems } = lookAtTheDead(town, home, { couldShow: killedBefore !== thePress });
  return { calls, trial: { ...trial, phase, killedBefore }, problems: [...problems, ...ended] };
}

/** Its centre cannot be reached, so the alarm is committed and nothing more; then the power goes. */
async function leaveAlarmWaiting(town: Town, home: Home): Promise<void> {
  home.setCentre('nowhere');
  const hub = home.start();
  await town.waits.until('the receiver', () => hub.isOver() || hub.hasLogged({ step: 'receiver' }), standing(hub));
  home.press();
  await town.waits.until('the commit', () => hub.isOver() || hub.hasLogged({ step: 'journal' }), standing(hub));
  hub.kill('SIGKILL');
  await town.waits.until('its end', hub.isOver, standing(hub));
  home.sounds.length = 0;
  home.setCentre('town');
}

function lookAtTheDead(town: Town, home: Home, { couldShow }: { couldShow: boolean }) {
  const alarms = alarmsIn(home.journal());
  const refs = alarms.map(({ ref }) => ref ?? '');
  const [ref] = refs;
  const cases = town.casesOf(home.hub);
  const isSettled = ref !== undefined && !home.waitsFor(ref);
  const problems = [
    refs.length > 1 && 'one press is two alarms in the journal',
    cases.some((found) => !refs.includes(found.ref)) && 'the centre has what the journal has not',
    ref === undefined &&
      couldShow &&
      (home.isLampLit() || hasHeard(home, 'alarm')) &&
      'an alarm was shown that the journal has not',
    isSettled && cases.length === 0 && 'the journal has an acknowledgement that the centre never gave',
    hasHeard(home, 'acknowledged') && !isSettled && 'the home heard of an acknowledgement that the journal has not',
  ];
  const journal = ref === undefined ? 'empty' : isSettled ? 'settled' : 'waits';
  const trial = { journal, isWithCentre: cases.length > 0 } as const;
  return { trial, problems: problems.filter((problem) => problem !== false) };
}

/**
 * Started again, everything goes on (B6.6). A press that was committed is one case, and needs no other press; one that was
 * not is pressed again by the person, and then is one case too. The next press after it is an alarm of its own.
 */
async function liveOn(town: Town, home: Home, left: Trial['journal']): Promise<Pick<Trial, 'arrivals' | 'problems'>> {
  home.sounds.length = 0;
  const hub = home.start();
  await town.waits.until('the hub to be ready again', () => hub.isOver() || isReady(town, home, hub), standing(hub));
  let awaited = left === 'settled' ? 0 : 1;
  const settled = async (): Promise<void> =>
    await town.waits.until(
      `acknowledgement ${awaited}`,
      () => hub.isOver() || (hub.log.filter(({ step }) => step === 'acknowledged').length >= awaited && areHeard()),
      standing(hub),
    );
  const areHeard = (): boolean => awaited === 0 || hasHeard(home, 'acknowledged');
  if (left === 'empty') home.press();
  await settled();
  // A press within two seconds of the last one would be its repeat (B1.2).
  if (left !== 'empty') {
    home.press();
    awaited += 1;
    await settled();
  }
  hub.kill('SIGTERM');
  await town.waits.until('its end', hub.isOver, standing(hub));
  const alarms = alarmsIn(home.journal());
  const cases = town.casesOf(home.hub);
  const wanted = left === 'empty' ? 1 : 2;
  const problems = [
    hub.ending() !== '0' && `the hub ended with ${hub.ending()}; ${standing(hub)()}`,
    alarms.length !== wanted && `${alarms.length} alarms in the journal in place of ${wanted}`,
    cases.length !== wanted && `${cases.length} cases at the centre in place of ${wanted}`,
    cases.some(({ record }) => record.report !== 'alarm') && 'the centre was told something else than the alarms',
    cases.some(({ ref }, index) => ref !== alarms[index]?.ref) && 'the cases are not the alarms of the journal',
    alarms.some(({ ref = '' }) => home.waitsFor(ref)) && 'an alarm still waits',
    alarms.some(({ ref }) => kindsOf(home.journal(), ref) !== 'report acknowledged') && 'an alarm was settled twice',
  ];
  return { arrivals: cases[0]?.arrivals ?? 0, problems: problems.filter((problem) => problem !== false) };
}

function isReady(town: Town, home: Home, hub: HubProgram): boolean {
  return hub.hasLogged({ step: 'receiver' }) && hub.hasLogged({ step: 'connected' }) && town.hasBeaten(home.hub);
}

function hasHeard({ sounds }: Home, sound: Sound): boolean {
  return sounds.includes(tonesOf[sound].reduce((sum, { ms }) => sum + ms, 0));
}

function alarmsIn(events: readonly JournalEvent[]): JournalEvent[] {
  return events.filter(({ kind, body }) => {
    const record = kind === 'report' ? decodeRecord(String(body['record'])) : undefined;
    return record?.ok === true && record.value.report === 'alarm';
  });
}

function kindsOf(events: readonly JournalEvent[], ref: string | undefined): string {
  return events
    .filter((event) => event.ref === ref)
    .map(({ kind }) => kind)
    .join(' ');
}

/** The last words of a hub, for a failure. */
function standing({ log }: HubProgram): () => string {
  return () =>
    log
      .slice(-15)
      .map((line) => JSON.stringify(line))
      .join('\n');
}
