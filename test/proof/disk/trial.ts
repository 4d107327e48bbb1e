import { dirname } from 'node:path';
import { setAsideFiles } from '#agent/journal/salvage.ts';
import { checkJournalFile } from '#agent/journal/verify.ts';
import type { Case } from '#centre/events.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { type Home, openHome, type Town } from '#test/proof/kills/home.ts';
import type { HubProgram } from '#test/proof/kills/hubProgram.ts';
import { type Heal, mountSmallDisk } from './badDisk.ts';
import type { Kind } from './kinds.ts';

export interface Trial {
  name: string;
  /** Alarms that were raised, and those of them of which the centre has one case. */
  pressed: number;
  delivered: number;
  /** Those that went out from memory. */
  unjournalled: number;
  /** From the last press to its case, in milliseconds. */
  deliveredMs: number;
  fault: 'told' | 'none';
  restore: 'told' | 'none';
  /** What the new journal has of the one that was set aside. */
  salvagedRows: number;
  salvagedReports: number;
  problems: readonly string[];
}

const lookAgain = '1s';
const disk = 'disk';

/** A hub on such a disk: an alarm before it where it is off, one on it, and what the centre is told. */
export async function tryDisk(town: Town, kind: Kind, hub: string): Promise<Trial> {
  const home = await openHome(town, hub, { journalFolder: disk, lookAgain });
  const { diskMegabytes } = kind;
  const unmount = diskMegabytes === undefined ? undefined : mountSmallDisk(dirname(home.journalFile), diskMegabytes);
  try {
    return await liveThrough(town, home, kind);
  } finally {
    unmount?.();
    await home.close();
  }
}

async function liveThrough(town: Town, home: Home, kind: Kind): Promise<Trial> {
  const problems: string[] = [];
  const isOff = kind.whileOff !== undefined || kind.fromStart !== undefined;
  if (isOff) await leaveAlarmWaiting(town, home);
  let heal: Heal | undefined = kind.whileOff?.(home.journalFile);
  const hub = startHub(home, kind);
  let deliveredMs = 0;
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    try {
      await town.waits.until(
        what,
        () => hub.isOver() || isSo(),
        () => standing(town, home, hub),
      );
      if (hub.isOver()) problems.push(`the hub ended (${hub.ending()}) before ${what}: ${standing(town, home, hub)}`);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  };

  await until('the hub to be ready', () => hub.hasLogged({ step: 'receiver' }) && town.hasBeaten(home.hub));
  if (isOff) await until('the alarm that waited', () => isSettled(town, home, hub, 1));
  if (kind.whileOn !== undefined) heal = await kind.whileOn(home.journalFile, hub.pid);
  const pressed = isOff ? 2 : 1;
  if (problems.length === 0) {
    const pressedMs = performance.now();
    home.press();
    await until('the press', () => alarms(town, home).length >= pressed);
    deliveredMs = Math.round(performance.now() - pressedMs);
    await until('its acknowledgement', () => isSettled(town, home, hub, pressed));
    if (kind.isFault) await until('the fault', () => has(town, home, 'fault'));
  }
  await heal?.();
  if (kind.isFault && problems.length === 0) await until('the restore', () => has(town, home, 'restore'));
  await end(town, home, hub);
  return judge(town, home, kind, { pressed, deliveredMs, problems });
}

function startHub(home: Home, { fromStart }: Kind): HubProgram {
  if (fromStart === undefined) return home.start();
  const faults = { files: [home.journalFile], inject: fromStart };
  return home.start({ trace: home.fileFor('trace'), faults });
}

async function leaveAlarmWaiting(town: Town, home: Home): Promise<void> {
  home.setCentre('nowhere');
  const hub = home.start();
  await town.waits.until(
    'a hub that hears',
    () => hub.hasLogged({ step: 'receiver' }),
    () => standing(town, home, hub),
  );
  home.press();
  await town.waits.until(
    'a row of the journal',
    () => hub.hasLogged({ step: 'journal' }),
    () => standing(town, home, hub),
  );
  hub.kill('SIGKILL');
  await town.waits.until('its end', hub.isOver, () => standing(town, home, hub));
  home.setCentre('town');
}

async function end(town: Town, home: Home, hub: HubProgram): Promise<void> {
  hub.kill('SIGTERM');
  await town.waits.until('its end', hub.isOver, () => standing(town, home, hub));
}

function judge(
  town: Town,
  home: Home,
  kind: Kind,
  { pressed, deliveredMs, problems }: Pick<Trial, 'pressed' | 'deliveredMs'> & { problems: string[] },
): Trial {
  const delivered = alarms(town, home);
  const salvage = home.journal().findLast(({ kind: is }) => is === 'salvage')?.body;
  const aside = setAsideFiles(home.journalFile).length;
  const after = checkJournalFile(home.journalFile, 'whole');
  if (delivered.length !== pressed) problems.push(`${delivered.length} cases for ${pressed} alarms`);
  if (!kind.isFault && has(town, home, 'fault')) problems.push('a fault was told, and there is none');
  if (kind.isSalvaged === true && (aside !== 1 || salvage === undefined)) problems.push(`${aside} files are set aside`);
  if (kind.isSalvaged !== true && aside > 0) problems.push('a sound file was set aside');
  if (after.is !== 'sound') problems.push(`afterwards: ${after.says}`);
  for (const { ref } of delivered) {
    const kinds = home
      .journal()
      .filter((entry) => entry.ref === ref)
      .map(({ kind: is }) => is);
    if (kinds.join() !== 'report,acknowledged') problems.push(`the story of ${ref} is ${kinds.join()}`);
  }
  return {
    name: kind.name,
    pressed,
    delivered: delivered.length,
    unjournalled: delivered.filter(({ record }) => record.journalled === false).length,
    deliveredMs,
    fault: has(town, home, 'fault') ? 'told' : 'none',
    restore: has(town, home, 'restore') ? 'told' : 'none',
    salvagedRows: numberIn(salvage, 'events'),
    salvagedReports: numberIn(salvage, 'waiting'),
    problems,
  };
}

function numberIn(body: Readonly<Record<string, unknown>> | undefined, name: string): number {
  const value = body?.[name];
  return typeof value === 'number' ? value : 0;
}

function alarms(town: Town, home: Home): Case[] {
  return town.casesOf(home.hub).filter(({ record }) => record.report === 'alarm');
}

function isSettled(town: Town, home: Home, hub: HubProgram, count: number): boolean {
  const cases = alarms(town, home);
  return cases.length >= count && cases.every(({ ref }) => hub.hasLogged({ step: 'acknowledged', ref }));
}

const codes = { fault: statusCodes.memoryFailure.code, restore: statusCodes.normal.code };

/** What the centre was told of the journal (B16). */
function has(town: Town, home: Home, report: 'fault' | 'restore'): boolean {
  return town
    .casesOf(home.hub)
    .some(({ record }) => record.report === report && record.from === 'hub' && record.stc === codes[report]);
}

function standing(town: Town, home: Home, hub: HubProgram): string {
  const cases = town.casesOf(home.hub).map(({ record }) => `${record.report} ${record.stc}`);
  return [`cases: ${cases.join(', ')}`, ...hub.log.slice(-12).map((line) => JSON.stringify(line))].join('\n');
}
