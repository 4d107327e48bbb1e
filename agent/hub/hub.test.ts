import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spy, stub } from 'sinon';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from '#agent/journal/journal.ts';
import {
  type AccessoryConfiguration,
  type Configuration,
  readConfiguration,
} from '#protocol/configuration/configuration.ts';
import { type ProfileEvent, type RadioTelegram, encodeProfile } from '#protocol/esp3/profiles.ts';
import { type ReportRecord, decodeRecord } from '#protocol/mqtt/record.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createHub } from './hub.ts';
import type { Journal, PendingReport } from './ports.ts';

let folder = '';
let close = () => {};
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hub-'))));
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

type Accessory = Pick<AccessoryConfiguration, 'name' | 'kind' | 'id' | 'profile' | 'location'>;

const pendant: Accessory = { name: 'pendant', kind: 'pendant', id: '002a0001', profile: 'F6-02-01', location: 'hall' };
const smoke: Accessory = { name: 'smoke', kind: 'smoke', id: '002a0006', profile: 'F6-05-02' };

function configured(): Configuration {
  const read = readConfiguration({
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
    accessories: [pendant, smoke],
  });
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}

/** A hub on a real journal; what it hands to the outbox is noted, with what the journal held at that moment. */
function setUp({ connected = true } = {}) {
  const { log, lines } = createLogRecorder();
  const file = openJournal({ file: join(folder, 'journal.db'), log });
  close = () => file.close();
  const journal: Journal = { ...file };
  const clock = createVirtualClock(Date.UTC(2026, 0, 15, 11));
  const delivered: { report: PendingReport; journalled: boolean; rowThere: boolean }[] = [];
  const settled: string[] = [];
  let draws = 0;
  const hub = createHub({
    configuration: configured(),
    devices: {},
    ports: { clock, journal, log, boot: 'boot-1', random: () => (draws += 0.618_034) % 1, hash: (text) => text },
    isConnected: () => connected,
    effects: {
      deliver: (report, journalled) =>
        delivered.push({ report, journalled, rowThere: journal.findPending(report.ref) !== undefined }),
      settled: (ref) => settled.push(ref),
      pathChanged() {},
      reconfigured: () => {},
    },
  });
  hub.restore();
  return { hub, journal, clock, delivered, settled, lines };
}

function telegram(accessory: Accessory, event: ProfileEvent): RadioTelegram {
  const content = encodeProfile(accessory.profile, event);
  if (!content.ok) {
    throw new Error(content.problem.message);
  }
  return { ...content.value, sender: accessory.id };
}

const press = telegram(pendant, { event: 'pressed', button: 'AI' });
const release = telegram(pendant, { event: 'released' });

function recordOf(report: PendingReport | undefined): ReportRecord {
  const read = decodeRecord(report?.body.record ?? '');
  if (!read.ok) {
    throw new Error(read.problem.message);
  }
  return read.value;
}

describe('a press', () => {
  test('is committed before anything else happens, and carries all that the centre needs (B1.1, B1.6)', () => {
    const { hub, delivered } = setUp();
    hub.heard(press);
    hub.heard(release);
    expect(delivered).toHaveLength(1);
    expect(delivered[0]).toMatchObject({ journalled: true, rowThere: true, report: { priority: 8 } });
    expect(recordOf(delivered[0]?.report)).toEqual({
      v: 1,
      hub: 'hub-0001',
      ref: delivered[0]?.report.ref,
      report: 'alarm',
      from: 'pendant',
      dty: 3,
      did: '002a0001',
      stc: 10,
      pri: 8,
      lte: 'hall',
      when: { boot: 'boot-1', monotonicMs: 0, wall: '2026-01-15T11:00:00.000Z', trusted: true },
    });
  });

  test('tells whether it was buffered: no path was connected when it was committed', () => {
    const { hub, delivered } = setUp({ connected: false });
    hub.heard(press);
    expect(delivered[0]?.report.body.buffered).toBe(true);
  });

  test('heard three times by radio repeats is one press (B1.2)', () => {
    const { hub, delivered, clock } = setUp();
    hub.heard(press);
    clock.advance(40);
    hub.heard(press);
    clock.advance(60);
    hub.heard(press);
    expect(delivered).toHaveLength(1);
    expect(hub.counters()).toMatchObject({ alarms: 1, repeats: 2 });
  });

  test('of the neighbour’s pendant costs a number, no row and no message, a thousand times (B1.4)', () => {
    const { hub, delivered, journal } = setUp();
    for (let count = 0; count < 1_000; count += 1) {
      hub.heard({ ...press, sender: '0badcafe' });
    }
    expect(hub.counters()).toMatchObject({ strangers: 1_000, alarms: 0 });
    expect(delivered).toEqual([]);
    expect([...journal.pending()]).toEqual([]);
  });

  test('while its alarm is unacknowledged is an update that counts; the newest takes the older one’s place (B1.3)', () => {
    const { hub, delivered, clock, journal, settled } = setUp();
    for (let count = 0; count < 4; count += 1) {
      hub.heard(press);
      clock.advance(3_000);
    }
    const [alarm, ...updates] = delivered.map(({ report }) => recordOf(report));
    expect(updates.map(({ report, of, presses }) => ({ report, of, presses }))).toEqual(
      [2, 3, 4].map((presses) => ({ report: 'update', of: alarm?.ref, presses })),
    );
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual([alarm?.ref, updates[2]?.ref]);
    expect(settled).toEqual([updates[0]?.ref, updates[1]?.ref]);
  });

  test('after the acknowledgement is a new alarm (B1.3)', () => {
    const { hub, delivered, clock, journal } = setUp();
    hub.heard(press);
    const first = delivered[0]?.report as PendingReport;
    hub.acknowledged(first, { path: 'primary', body: { path: 'primary' } });
    clock.advance(3_000);
    hub.heard(press);
    expect(delivered.map(({ report }) => recordOf(report).report)).toEqual(['alarm', 'alarm']);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual([delivered[1]?.report.ref]);
  });
});

test('smoke is the most urgent alarm of all; its end is none (B8)', () => {
  const { hub, delivered } = setUp();
  hub.heard(telegram(smoke, { event: 'smoke' }));
  hub.heard(telegram(smoke, { event: 'smoke-over' }));
  expect(delivered.map(({ report }) => recordOf(report))).toMatchObject([{ dty: 23, stc: 9, pri: 9 }]);
});

test('a telegram that does not fit its device’s profile is counted and raises nothing', () => {
  const { hub, delivered } = setUp();
  hub.heard({ ...press, sender: smoke.id, payload: Uint8Array.of(0x77) });
  hub.heard({ ...press, rorg: 0xa5 });
  expect(hub.counters()['undecodable']).toBe(2);
  expect(delivered).toEqual([]);
});

test('after a restart a further press is an update of the alarm that still waits, and its count goes on (B6.6)', () => {
  const before = setUp();
  before.hub.heard(press);
  before.clock.advance(3_000);
  before.hub.heard(press);
  const alarm = before.delivered[0]?.report.ref;
  close();
  const after = setUp();
  after.hub.heard(press);
  expect(after.delivered.map(({ report }) => recordOf(report))).toMatchObject([
    { report: 'update', of: alarm, presses: 3 },
  ]);
  expect([...after.journal.pending()]).toHaveLength(2);
});

describe('when the journal fails (B1.1)', () => {
  test('the alarm goes out at once from memory, marked unjournalled', () => {
    const { hub, delivered, journal } = setUp();
    stub(journal, 'commit').throws(new Error('disk on fire'));
    hub.heard(press);
    expect(delivered).toMatchObject([{ journalled: false, rowThere: false }]);
    expect(recordOf(delivered[0]?.report)).toMatchObject({ report: 'alarm', journalled: false });
    expect(hub.counters()['journalFailures']).toBe(1);
  });

  test('for a moment, nothing is lost or doubled: what the journal says when it is opened anew counts', () => {
    const { hub, delivered, journal } = setUp();
    const commit = journal.commit;
    stub(journal, 'commit').onFirstCall().throws(new Error('a moment of fire')).callsFake(commit);
    hub.heard(press);
    expect(delivered).toMatchObject([{ journalled: true, rowThere: true }]);
    expect(hub.counters()['journalFailures']).toBe(0);
  });

  test('after it had written the row, the row is found and not written again', () => {
    const { hub, delivered, journal } = setUp();
    const commit = journal.commit;
    const failing = stub(journal, 'commit').callsFake((stamp, entries) => {
      commit(stamp, entries);
      throw new Error('fsync: EIO');
    });
    hub.heard(press);
    expect(failing.callCount).toBe(1);
    expect(delivered).toMatchObject([{ journalled: true, rowThere: true }]);
    expect([...journal.pending()]).toHaveLength(1);
  });

  test('and when it is well again at the acknowledgement, the whole story is written down', () => {
    const { hub, delivered, journal } = setUp();
    const failing = stub(journal, 'commit').throws(new Error('disk on fire'));
    hub.heard(press);
    failing.restore();
    const commit = spy(journal, 'commit');
    hub.acknowledged(delivered[0]?.report as PendingReport, { path: 'primary', body: { path: 'primary' } });
    expect(commit.firstCall.args[1].map(({ kind }) => kind)).toEqual(['report', 'acknowledged']);
    expect([...journal.pending()]).toEqual([]);
  });

  test('what it could not take is written down within a minute of its being well, though nothing else happens', () => {
    const { hub, delivered, journal, clock } = setUp();
    const failing = stub(journal, 'commit').throws(new Error('disk on fire'));
    hub.heard(press);
    clock.advance(3 * 60_000);
    expect([...journal.pending()]).toEqual([]);
    failing.restore();
    clock.advance(60_000);
    const [waits] = [...journal.pending()];
    // The very text that was sent, so that the centre's answer fits it after a restart.
    expect(waits).toMatchObject({ ref: delivered[0]?.report.ref, body: { record: delivered[0]?.report.body.record } });
  });

  test('an update that takes an unjournalled one’s place is journalled itself', () => {
    const { hub, delivered, journal, clock, settled } = setUp();
    hub.heard(press);
    clock.advance(3_000);
    const failing = stub(journal, 'commit').throws(new Error('disk on fire'));
    hub.heard(press);
    failing.restore();
    clock.advance(3_000);
    hub.heard(press);
    const presses = delivered.filter(({ report }) => report.priority === 8);
    expect(presses.map(({ journalled }) => journalled)).toEqual([true, false, true]);
    expect(settled).toEqual([delivered[1]?.report.ref]);
  });
});

describe('an encrypted telegram', () => {
  const encrypted = (rorg: number, sender = press.sender) => ({ ...press, rorg, sender, payload: new Uint8Array(9) });

  test('of a pendant raises an alarm that says that nobody vouches for it, once for press and release (B8)', () => {
    const { hub, delivered, clock } = setUp();
    hub.heard(encrypted(0x30));
    clock.advance(300);
    hub.heard(encrypted(0x31));
    expect(delivered.map(({ report }) => recordOf(report))).toMatchObject([
      { report: 'alarm', from: 'pendant', stc: 10, pri: 8, verified: false },
    ]);
    expect(hub.counters()).toMatchObject({ secure: 2, undecodable: 0, strangers: 0, alarms: 1 });
  });

  test('that is no saying, as the teach-in of a key, raises nothing and is counted apart from noise (B8)', () => {
    const { hub, delivered } = setUp();
    for (const rorg of [0x33, 0x34, 0x35]) hub.heard(encrypted(rorg));
    expect(hub.counters()).toMatchObject({ secure: 3, undecodable: 0, strangers: 0, alarms: 0 });
    expect(delivered).toEqual([]);
  });

  test('of the neighbour raises nothing (B1.4)', () => {
    const { hub, delivered } = setUp();
    hub.heard(encrypted(0x30, '0033c0de'));
    expect(hub.counters()).toMatchObject({ secure: 0, strangers: 1 });
    expect(delivered).toEqual([]);
  });

  test('does not take the place of a press that can be read: both are one alarm, and the first record stays', () => {
    const { hub, delivered, clock } = setUp();
    hub.heard(press);
    clock.advance(3_000);
    hub.heard(encrypted(0x30));
    const [alarm, update] = delivered.map(({ report }) => recordOf(report));
    expect(alarm).not.toHaveProperty('verified');
    expect(update).toMatchObject({ report: 'update', of: alarm?.ref, presses: 2, verified: false });
  });
});

test('a receiver that fails and works again is a fault and a restore; one that always worked is neither (B16)', () => {
  const { hub, delivered } = setUp();
  hub.radioWell();
  hub.radioFailing('silent');
  hub.radioWell();
  expect(delivered.map(({ report }) => recordOf(report))).toMatchObject([
    { report: 'fault', from: 'hub', dty: 50, stc: 67, pri: 4 },
    { report: 'restore', from: 'hub', dty: 50, stc: 91, pri: 4 },
  ]);
});
