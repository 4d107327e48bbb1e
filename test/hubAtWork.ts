import { keyIdOf } from '#agent/uplink/keys.ts';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrontListener, HubDevices, Light, PositionListener, ReaderListener, Sound } from '#agent/hub/devices.ts';
import { createHub, type Hub } from '#agent/hub/hub.ts';
import type { Entry, PendingReport } from '#agent/hub/ports.ts';
import { journalExtracts } from '#agent/journal/extract.ts';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import type { CommandName, CommandResult } from '#protocol/mqtt/command.ts';
import { decodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import { createLogRecorder } from './logRecorder.ts';
import { createVirtualClock } from './virtualClock.ts';

/** A hub on a real journal, with a front and a reader that a test plays; it can be restarted. */
export interface HubAtWork {
  hub(): Hub;
  clock: ReturnType<typeof createVirtualClock>;
  journal(): JournalFile;
  journalFile: string;
  /** Every report handed to the outbox so far, over all runs. */
  records(): ReportRecord[];
  /** Every entry that was committed so far, over all runs. */
  entries(): readonly Entry[];
  /** How often anything was committed so far, over all runs. */
  commits(): number;
  /** The centre takes responsibility for everything that waits. */
  acknowledgeAll(): void;
  /** A path is connected, or none is. */
  setConnected(is: boolean): void;
  lights: Light[];
  sounds: Sound[];
  front(): FrontListener;
  reader(): ReaderListener;
  gnss(): PositionListener;
  /** The centre asks for something; its result. */
  command(name: CommandName, details?: Readonly<Record<string, unknown>>): CommandResult;
  lines: ReturnType<typeof createLogRecorder>['lines'];
  /** The program ends and starts again; a power cut is another run of the machine, and takes its time. */
  restart(powerCutMs?: number): void;
  /** The machine's own file says something else at the next start. */
  configure(layer: Readonly<Record<string, unknown>>): void;
  close(): void;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * `layer` is laid over a configuration that has nothing but a hub and a centre; `fitted` are devices beside the front and
 * the reader; `radioNoise` counts the bytes that were no telegram (B8.3).
 */
export function startHubAtWork(
  layer: Readonly<Record<string, unknown>> = {},
  fitted: HubDevices = {},
  radioNoise: () => number = () => 0,
): HubAtWork {
  // Where files cost nothing, on Linux: what a disk does is tested elsewhere.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hub-'));
  const { log, lines } = createLogRecorder();
  const wallMs = Date.UTC(2026, 0, 15, 11);
  const clock = createVirtualClock(wallMs);
  let configuration = configured(layer);
  const notes: Entry[] = [];
  let commits = 0;
  const pending = new Map<string, PendingReport>();
  const told: ReportRecord[] = [];
  const lights: Light[] = [];
  const sounds: Sound[] = [];
  let front: FrontListener | undefined;
  let reader: ReaderListener | undefined;
  let connected = true;
  let gnss: PositionListener | undefined;
  let draws = 0;
  let commands = 0;
  let boots = 1;
  let bootMs = 0;
  let ended = { is: false };
  const devices: HubDevices = {
    openGnss(listener) {
      gnss = listener;
      return { savePower() {}, stop() {} };
    },
    ...fitted,
    openFront(listener) {
      front = listener;
      return { show: (light) => lights.push(light), play: (sound) => sounds.push(sound), savePower() {}, stop() {} };
    },
    openReader(listener) {
      reader = listener;
      return { stop() {} };
    },
  };
  let journal = openJournal({ file: join(folder, 'journal.db'), log });
  let hub = start();

  function start(): Hub {
    const mine = { is: false };
    const begunMs = bootMs;
    ended = mine;
    const started = createHub({
      configuration,
      devices,
      ports: {
        clock: {
          ...clock,
          monotonicMs: () => clock.monotonicMs() - begunMs,
          at: (dueMs, due) =>
            clock.at(dueMs + begunMs, () => {
              if (!mine.is) due();
            }),
        },
        journal: {
          ...journal,
          // A test may let it fail.
          wipe: (...what) => journal.wipe(...what),
          commit(stamp, entries, kept) {
            notes.push(...entries);
            commits += 1;
            return journal.commit(stamp, entries, kept);
          },
        },
        log,
        boot: `boot-${boots}`,
        random: () => (draws += 0.618_034) % 1,
        hash: sha256,
        keyIdOf,
        extract: journalExtracts(join(folder, 'journal.db')),
      },
      isConnected: () => connected,
      radioNoise,
      effects: {
        deliver(report) {
          pending.set(report.ref, report);
          told.push(recordOf(report));
        },
        settled: (ref) => pending.delete(ref),
        pathChanged() {},
        reconfigured() {},
      },
    });
    started.restore();
    started.start();
    return started;
  }

  return {
    hub: () => hub,
    clock,
    journal: () => journal,
    journalFile: join(folder, 'journal.db'),
    records: () => told,
    entries: () => notes,
    commits: () => commits,
    acknowledgeAll() {
      for (const report of pending.values()) hub.acknowledged(report, { path: 'primary', body: { path: 'primary' } });
      // What is acknowledged at once is committed a moment later.
      clock.advance(0);
    },
    setConnected(is) {
      connected = is;
      // What goes was there before.
      hub.paths.condition('primary', 'up');
      if (!is) hub.paths.condition('primary', 'down');
    },
    lights,
    sounds,
    command(name, details = {}) {
      commands += 1;
      const command = { v: 1 as const, hub: 'hub-0001', id: `C${commands}`, counter: commands, name, with: details };
      const result = hub.commanded(command, '0a1b2c3d', 'primary');
      if (!result.ok) throw new Error(result.problem);
      return hub.results.resultOf(command.id) ?? result.value;
    },
    front: () => present(front),
    reader: () => present(reader),
    gnss: () => present(gnss),
    lines,
    configure(layer) {
      configuration = configured(layer);
    },
    restart(powerCutMs = 0) {
      ended.is = true;
      journal.close();
      if (powerCutMs > 0) {
        clock.advance(powerCutMs);
        boots += 1;
        bootMs = clock.monotonicMs();
      }
      journal = openJournal({ file: join(folder, 'journal.db'), log });
      hub = start();
    },
    close() {
      journal.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the hub has not opened it');
  return value;
}

function configured(layer: Readonly<Record<string, unknown>>): Configuration {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    ...layer,
  });
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}

function recordOf(report: PendingReport): ReportRecord {
  const read = decodeRecord(report.body.record);
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}
