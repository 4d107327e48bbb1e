import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spy } from 'sinon';
import { afterEach, beforeEach } from 'vitest';
import type { HubDevices, VoiceListener, VoicePath, VoicePathName } from '#agent/hub/devices.ts';
import { createHub } from '#agent/hub/hub.ts';
import type { Entry, HandledAnswer, Journal, PendingReport } from '#agent/hub/ports.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { readConfiguration } from '#protocol/configuration/configuration.ts';
import { secondMs } from '#protocol/core/time.ts';
import { encodeProfile } from '#protocol/esp3/profiles.ts';
import { type ReportRecord, decodeRecord } from '#protocol/mqtt/record.ts';
import { createLogRecorder } from './logRecorder.ts';
import { createVirtualClock } from './virtualClock.ts';

let folder = '';
/** Closes the journal of the hub that was set up last, as its end does. */
export let close = () => {};
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'voice-'))));
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

export const receiver = '+46401234567';
export const number = '+46407654321';
export const callNow: HandledAnswer = { path: 'primary', mre: 1, cre: 61, body: {} };

const accessories = [
  { name: 'pendant', kind: 'pendant', id: '002a0001' },
  { name: 'smoke', kind: 'smoke', id: '002a0006' },
  { name: 'quiet', kind: 'pendant', id: '002a0009', voice: 'none' },
];

function configured(voice: object) {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    accessories,
    voice: { receiver, ...voice },
  });
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}

/** A voice path in the test's hand: it says what happens, and sees what the hub does. */
export function createPath(name: VoicePathName, isUp = true) {
  const path = {
    name,
    isUp: () => isUp,
    dial: spy(),
    answer: spy(),
    refuse: spy(),
    hangUp: spy(),
    setMode: spy(),
    changeVolume: spy(),
    switchOutput: spy(),
    stop: spy(),
  };
  let told: VoiceListener | undefined;
  return {
    ...path,
    open: (listener: VoiceListener): VoicePath => {
      told = listener;
      return path;
    },
    comesUp() {
      isUp = true;
    },
    tell: (): VoiceListener => {
      if (told === undefined) throw new Error('the voice path was not opened');
      return told;
    },
  };
}

/** A hub on a real journal with both voice paths, or those given. */
export function setUp({ voice = {}, paths = [createPath('sip'), createPath('modem')], clock = virtualClock() } = {}) {
  const { log, lines } = createLogRecorder();
  const file = openJournal({ file: join(folder, 'journal.db'), log });
  close = () => file.close();
  const entries: Entry[] = [];
  const journal: Journal = {
    ...file,
    commit(stamp, more, kept) {
      entries.push(...more);
      return file.commit(stamp, more, kept);
    },
  };
  const delivered: PendingReport[] = [];
  let draws = 0;
  const configuration = configured(voice);
  const devices: HubDevices = { voicePaths: paths.map(({ open }) => open) };
  const hub = createHub({
    configuration,
    devices,
    ports: { clock, journal, log, boot: 'boot-1', random: () => (draws += 0.618_034) % 1, hash: (text) => text },
    isConnected: () => true,
    effects: { deliver: (report) => delivered.push(report), settled() {}, pathChanged() {}, reconfigured() {} },
  });
  hub.restore();
  hub.start();
  const [sip = createPath('sip'), modem = createPath('modem')] = paths;

  /** Raises an alarm and has it acknowledged so. */
  function alarm(answer: HandledAnswer = callNow, id = '002a0001'): string {
    clock.advance(3 * secondMs);
    const content = encodeProfile(
      id === '002a0006' ? 'F6-05-02' : 'F6-02-01',
      id === '002a0006' ? { event: 'smoke' } : { event: 'pressed', button: 'AI' },
    );
    if (!content.ok) throw new Error(content.problem.message);
    hub.heard({ ...content.value, sender: id });
    const report = delivered.at(-1) as PendingReport;
    hub.acknowledged(report, answer);
    return report.ref;
  }

  const records = (): ReportRecord[] =>
    delivered.map(({ body }) => {
      const read = decodeRecord(body.record);
      if (!read.ok) throw new Error(read.problem.message);
      return read.value;
    });
  const updates = () => records().filter(({ report }) => report === 'update');
  const calls = () => entries.flatMap(({ kind, body }) => (kind === 'call' ? [body] : []));
  const story = () => calls().map((body) => ('is' in body ? body['is'] : ''));
  return { hub, clock, sip, modem, alarm, updates, calls, story, lines, journal, delivered };
}

function virtualClock() {
  return createVirtualClock(Date.UTC(2026, 0, 15, 11));
}
