import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { openJournalReader } from '#agent/journal/reader.ts';
import { defaultLimitBytes, defaultReserveBytes } from '#agent/journal/retention.ts';
import { checkJournalFile } from '#agent/journal/verify.ts';
import { earliestWallMs } from '#agent/hub/time/hubTime.ts';
import type { Clock } from '#protocol/core/time.ts';
import { bad, type Finding, look, ok } from './finding.ts';
import { deviceKinds } from './knownUsb.ts';

const mebibyte = 1_048_576;
/** The journal, its reserve, and as much again for the machine itself. */
const neededBytes = 2 * defaultLimitBytes;

/** Whether anybody can believe what the clock says (B12). */
export function checkClock(clock: Clock): Finding {
  const says = `${new Date(clock.wallMs()).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (clock.wallMs() < earliestWallMs) {
    return look(
      'clock',
      `It says ${says}, which cannot be.`,
      'It is set by itself when the machine reaches the network. Alarms go out all the same.',
    );
  }
  if (clock.wallTrusted()) return ok('clock', `${says}, set from the network`);
  return look(
    'clock',
    `It says ${says}, and was not set from the network since the machine started.`,
    'Is systemd-timesyncd running (timedatectl)? Alarms go out all the same; their times are corrected later.',
  );
}

/** Whether there is room where the journal is. */
export function checkDisk(file: string): Finding {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    return bad(
      'disk',
      `The folder of the journal, ${folder}, is not there.`,
      `Say: sudo install -d -o $USER ${folder}`,
    );
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return bad(
      'disk',
      `Nothing can be written to ${folder} (${error instanceof Error ? error.message : String(error)}).`,
      'A disk that had errors is mounted read-only: see dmesg and mount. Alarms go out all the same, from memory, until it is exchanged.',
    );
  }
  const { bavail, bsize, blocks } = statfsSync(folder);
  if (bavail * bsize < defaultReserveBytes && !existsSync(`${file}.ballast`)) {
    return bad(
      'disk',
      `${folder} is full, and the room that the journal keeps back for alarms is used.`,
      'Remove what is not needed. Alarms go out all the same, from memory where nothing fits any more.',
    );
  }
  const free = `${Math.floor((bavail * bsize) / mebibyte)} MiB of ${Math.floor((blocks * bsize) / mebibyte)} are free`;
  return bavail * bsize >= neededBytes
    ? ok('disk', free)
    : look(
        'disk',
        `${free} in ${folder}.`,
        `The journal takes up to ${defaultLimitBytes / mebibyte} MiB. Remove what is not needed, or take a larger card.`,
      );
}

/** What the journal is like: as far as the hub lives on it, for all of it takes long (`welfare-hub journal verify`). */
export function checkJournal(file: string): Finding[] {
  const { is, says, advice, setAside } = checkJournalFile(file, 'short');
  const found =
    advice === undefined
      ? ok('journal', is === 'sound' ? `${says} Its last entry: ${lastEntry(file)}` : says)
      : bad('journal', says, advice);
  if (setAside.length === 0) return [found];
  return [
    found,
    look(
      'journal',
      `It was damaged before; what was set aside is kept: ${setAside.join(', ')}.`,
      'Keep the files as long as somebody may ask what happened (welfare-hub journal list --file FILE), and exchange the card.',
    ),
  ];
}

function lastEntry(file: string): string {
  const reader = openJournalReader(file);
  try {
    const [last] = reader.newest(1);
    if (last === undefined) return 'nothing yet';
    const when = new Date(last.wallMs).toISOString().slice(0, 16).replace('T', ' ');
    return `${when}${last.clock === 'unset' ? ' (the clock was not set)' : ''}`;
  } finally {
    reader.close();
  }
}

/** What a hub that runs has last written of its devices. */
export function devicesOfRunningHub(file: string, named: readonly string[]): Finding[] {
  const reader = openJournalReader(file);
  try {
    const said = new Map<string, { is: unknown; reason: unknown }>();
    for (const { body } of reader.newest(1_000, { kind: 'device' })) {
      const { device, is, reason } = body as { device?: string; is?: unknown; reason?: unknown };
      if (device !== undefined) said.set(device, { is, reason });
    }
    return deviceKinds
      .filter((kind) => named.includes(kind))
      .map((kind) => {
        const last = said.get(kind);
        if (last?.is !== 'failing') return ok(kind, 'the hub that is running has no complaint');
        return bad(
          kind,
          `The hub that is running says: ${String(last.reason)}.`,
          'Stop it (sudo systemctl stop welfare-hub) and call this again: then the port is looked at itself.',
        );
      });
  } finally {
    reader.close();
  }
}
