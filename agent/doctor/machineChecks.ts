import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { asJournalError, JournalError } from '#agent/journal/errors.ts';
import { takeLock } from '#agent/journal/lock.ts';
import { openJournalReader } from '#agent/journal/reader.ts';
import { defaultLimitBytes } from '#agent/journal/retention.ts';
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
  const { bavail, bsize, blocks } = statfsSync(folder);
  const free = `${Math.floor((bavail * bsize) / mebibyte)} MiB of ${Math.floor((blocks * bsize) / mebibyte)} are free`;
  return bavail * bsize >= neededBytes
    ? ok('disk', free)
    : look(
        'disk',
        `${free} in ${folder}.`,
        `The journal takes up to ${defaultLimitBytes / mebibyte} MiB. Remove what is not needed, or take a larger card.`,
      );
}

/** Whether a hub runs on this journal: then its ports are its own, and nobody asks behind its back. */
export function isRunning(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false;
  try {
    takeLock(file)();
    return false;
  } catch (error) {
    return error instanceof JournalError && error.code === 'journal/in-use';
  }
}

/** What the journal is like, read as any other program reads it. */
export function checkJournal(file: string): Finding {
  if (!existsSync(file)) return ok('journal', 'there is none yet; the hub makes it when it starts');
  try {
    const reader = openJournalReader(file);
    try {
      const [last] = reader.newest(1);
      const when =
        last === undefined ? 'nothing yet' : new Date(last.wallMs).toISOString().slice(0, 16).replace('T', ' ');
      return ok(
        'journal',
        `${file}; its last entry: ${when}${last?.clock === 'unset' ? ' (the clock was not set)' : ''}`,
      );
    } finally {
      reader.close();
    }
  } catch (error) {
    return bad(
      'journal',
      asJournalError(error, file).message,
      'Keep the file: it is the proof of what happened. Move it aside (mv), and the hub begins a new one.',
    );
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
