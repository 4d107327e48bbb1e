import { describe, expect, test } from 'vitest';
import { success } from '#protocol/core/result.ts';
import { usualHabits } from '#simulator/world/centreHabits.ts';
import { type CentreName, stateAtBegin, type WorldEvent } from '#simulator/world/world.ts';
import { arrival, type Happening, scenarioOf } from '#test/handWorld.ts';
import { checkAcknowledgements } from './acknowledgements.ts';
import { checkAlarms } from './alarms.ts';
import { checkCauses } from './causes.ts';
import type { Checker, Trace } from './checker.ts';
import { checkTrace } from './checkers.ts';
import { checkDeadlines } from './deadlines.ts';
import { checkHeartbeats } from './heartbeats.ts';
import { checkJournal } from './journal.ts';
import { checkQuiet } from './quiet.ts';
import { did as acted } from '#test/handTrace.ts';
import { checkTestAlarms } from './testAlarms.ts';

const pressed: Happening = { kind: 'action', atMs: 0, action: { word: 'press', name: 'pendant' } };
const heard: Happening = { kind: 'telegram', atMs: 0, from: 'pendant', what: 'press', copy: 0, heard: true };
const reported: Happening = {
  kind: 'journal',
  atMs: 0,
  row: 1,
  entry: 'report',
  ref: 'A',
  report: 'alarm',
  from: 'pendant',
};
const acknowledged: Happening = { kind: 'journal', atMs: 100, row: 2, entry: 'acknowledged', ref: 'A' };
const beat = (atMs: number, count: number, at: CentreName = 'primary'): Happening => ({
  kind: 'heartbeat',
  atMs,
  at,
  hub: 'hub-0001',
  beat: count,
  probe: false,
  waiting: 0,
  answered: true,
});

const arrived = arrival(50, 'A');

/** A press that goes all the way, and heartbeats for five minutes. */
const good: readonly Happening[] = [
  pressed,
  heard,
  reported,
  arrived,
  acknowledged,
  beat(60_000, 7),
  beat(180_000, 8),
  beat(300_000, 9),
];

function traceOf(happenings: readonly Happening[], changes: Partial<Trace> = {}): Trace {
  const events: WorldEvent[] = happenings
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((happening, index) => ({ sequence: index + 1, ...happening }));
  const rows = events.flatMap((event) =>
    event.kind === 'journal'
      ? [{ row: event.row, entry: event.entry, ...(event.ref === undefined ? {} : { ref: event.ref }) }]
      : [],
  );
  return {
    events,
    endMs: 300_000,
    heldUpMs: 0,
    state: stateAtBegin,
    sizes: { journalBytes: 100_000, timers: 50 },
    hub: scenarioOf('press: pendant').hub,
    centre: usualHabits,
    journal: success(rows),
    ...changes,
  };
}

/** The rules that are broken in the good trace without these, and with those. */
function brokenRules(
  check: Checker,
  without: readonly Happening[],
  and: readonly Happening[],
  changes: Partial<Trace> = {},
) {
  const happenings = [...good.filter((happening) => !without.includes(happening)), ...and];
  return check(traceOf(happenings, changes)).map(({ rule }) => rule);
}

test('a press that goes all the way breaks nothing', () => {
  expect(checkTrace(traceOf(good))).toEqual([]);
});

describe('alarms', () => {
  test('opened twice at a centre', () => {
    expect(brokenRules(checkAlarms, [], [arrival(200, 'A')])).toContain('B2.5');
    expect(brokenRules(checkAlarms, [], [arrival(200, 'A', { repeat: true })])).toEqual([]);
  });

  test('gone without an acknowledgement are lost; waiting at the end they are not', () => {
    expect(brokenRules(checkAlarms, [acknowledged], [])).toEqual(['B1.1']);
    const waiting = { state: { ...stateAtBegin, waiting: 1 } };
    expect(brokenRules(checkAlarms, [acknowledged], [], waiting)).toEqual([]);
  });

  test('replaced like an update are lost', () => {
    const superseded: Happening = { kind: 'journal', atMs: 60, row: 3, entry: 'superseded', ref: 'A' };
    expect(brokenRules(checkAlarms, [acknowledged], [superseded])).toEqual(['B1.1']);
  });

  test('sent before they are in the journal', () => {
    expect(brokenRules(checkAlarms, [reported], [{ ...reported, atMs: 60 }])).toEqual(['B1.1']);
  });

  test('heard and forgotten', () => {
    const again: Happening = { ...heard, atMs: 100_000 };
    expect(brokenRules(checkAlarms, [], [again])).toEqual(['B1.1']);
    expect(brokenRules(checkAlarms, [], [{ ...heard, atMs: 1_500 }])).toEqual([]);
    expect(brokenRules(checkAlarms, [], [{ ...heard, atMs: 100_000, heard: false }])).toEqual([]);
  });

  test('in the journal later than the machine held the hub up', () => {
    const late = [
      { ...reported, atMs: 1_600 },
      { ...arrived, atMs: 1_650 },
      { ...acknowledged, atMs: 1_700 },
    ];
    const early = [reported, arrived, acknowledged];
    expect(brokenRules(checkAlarms, early, late, { heldUpMs: 500 })).toEqual(['B1.1']);
    expect(brokenRules(checkAlarms, early, late, { heldUpMs: 700 })).toEqual([]);
  });
});

describe('causes', () => {
  const raised = (from: string, status: number): Happening[] => [
    { ...reported, atMs: 300, row: 3, ref: 'B', from },
    arrival(350, 'B', { from, status }),
    { ...acknowledged, atMs: 400, row: 4, ref: 'B' },
  ];
  const did = (word: 'open' | 'move', name: string): Happening => ({
    kind: 'action',
    atMs: 200,
    action: { word, name },
  });

  test('one press and two alarms, or an alarm from a neighbour', () => {
    expect(brokenRules(checkCauses, [], raised('pendant', 10))).toEqual(['B1.2']);
    expect(brokenRules(checkCauses, [], raised('stranger', 10))).toEqual(['B1.2', 'B1.4']);
  });

  test('noise excuses nothing; bytes that hold the head of a frame may be any telegram', () => {
    const noise = (hex: string): Happening => ({
      kind: 'action',
      atMs: 200,
      action: { word: 'bytes', to: 'radio', hex },
    });
    expect(brokenRules(checkCauses, [], [noise('55 00 0c 07 01 95 f0 55'), ...raised('pendant', 10)])).toEqual([
      'B1.2',
    ]);
    expect(brokenRules(checkCauses, [], [noise('00 55 00 0c 07 01 96'), ...raised('pendant', 10)])).toEqual([]);
  });

  test('the same alarm at the other centre is no further one', () => {
    expect(brokenRules(checkCauses, [], [arrival(10_050, 'A', { at: 'reserve' })])).toEqual([]);
  });

  test('a door that was too long open must have been opened; nobody need do anything for inactivity', () => {
    expect(brokenRules(checkCauses, [], raised('smoke', 77))).toEqual(['B1.2']);
    expect(brokenRules(checkCauses, [], [did('open', 'smoke'), ...raised('smoke', 77)])).toEqual([]);
    expect(brokenRules(checkCauses, [], raised('smoke', 49))).toEqual([]);
  });

  test('a door that is told open again had been told to a hub whose disk was well, or kept', () => {
    const raised = (atMs: number, ref: string) => arrival(atMs, ref, { from: 'door', status: 53 });
    const opened = acted(200, { word: 'open', name: 'door' });
    const restarted: Happening[] = [
      { kind: 'hub', atMs: 2_000, is: 'crashed' },
      { kind: 'hub', atMs: 3_000, is: 'starting' },
    ];
    const twice = [opened, raised(300, 'B'), ...restarted, raised(4_000, 'C')];
    expect(brokenRules(checkCauses, [], twice)).toEqual(['B1.2']);
    const failing = acted(100, { word: 'disk', is: 'failing' });
    expect(brokenRules(checkCauses, [], [failing, ...twice])).toEqual([]);
    expect(brokenRules(checkCauses, [], [failing, ...twice, raised(5_000, 'D')])).toEqual(['B1.2']);
  });

  test("the hub's own alarm comes from its button", () => {
    const button: Happening = { kind: 'action', atMs: 200, action: { word: 'button', name: 'alarm' } };
    expect(brokenRules(checkCauses, [], raised('hub', 10))).toEqual(['B1.2']);
    expect(brokenRules(checkCauses, [], [button, ...raised('hub', 10)])).toEqual([]);
  });
});

describe('test alarms', () => {
  const hour = 3_600_000;
  const testAt = (atMs: number): Happening => ({
    ...reported,
    atMs,
    row: 3,
    ref: `T${atMs}`,
    report: 'test',
    from: 'hub',
  });
  const broken = (endMs: number, ...and: readonly Happening[]) => brokenRules(checkTestAlarms, [], and, { endMs });

  test('every 23 hours, and neither missing nor early', () => {
    expect(broken(50 * hour, testAt(23 * hour), testAt(46 * hour))).toEqual([]);
    expect(broken(50 * hour, testAt(23 * hour))).toEqual(['B5.1']);
    expect(broken(50 * hour, testAt(23 * hour), testAt(45 * hour))).toEqual(['B5.1']);
    expect(broken(22 * hour)).toEqual([]);
  });

  test('once, as soon as the hub runs again, when it fell due while it was off', () => {
    const off: Happening = { kind: 'hub', atMs: 20 * hour, is: 'without-power' };
    const on: Happening = { kind: 'hub', atMs: 30 * hour, is: 'starting' };
    expect(broken(29 * hour, off)).toEqual([]);
    expect(broken(40 * hour, off, on, testAt(30 * hour + 1_000))).toEqual([]);
    expect(broken(40 * hour, off, on)).toEqual(['B5.1']);
  });

  test('by what was sent: a disk that fails has its row late', () => {
    const disk = (atMs: number, is: 'failing' | 'ok') => acted(atMs, { word: 'disk', is });
    const failing = [disk(22 * hour, 'failing'), disk(24 * hour - 60_000, 'ok')];
    expect(broken(50 * hour, ...failing, testAt(24 * hour), testAt(46 * hour))).toEqual([]);
  });
});

describe('quiet', () => {
  const call = (atMs: number): Happening => ({
    kind: 'voice',
    atMs,
    is: 'ringing',
    path: 'sip',
    by: 'hub',
    to: 'sip:centre',
  });
  const test23: Happening = { ...reported, atMs: 2_000_000, row: 3, ref: 'T', report: 'test', from: 'hub' };
  const taken: Happening = { ...acknowledged, atMs: 2_000_100, row: 4, ref: 'T' };

  test('a call for an alarm that was acknowledged, and none for a test alarm', () => {
    expect(brokenRules(checkQuiet, [], [call(5_000)])).toEqual([]);
    expect(brokenRules(checkQuiet, [arrived, acknowledged], [call(5_000)])).toEqual(['B3.6']);
    const off: Happening = { kind: 'hub', atMs: 60_000, is: 'without-power' };
    const on: Happening = { kind: 'hub', atMs: 1_900_000, is: 'starting' };
    expect(brokenRules(checkQuiet, [], [off, on, call(1_905_000)])).toEqual([]);
    expect(brokenRules(checkQuiet, [], [{ ...off, atMs: 1_800_000 }, on, call(1_905_000)])).toEqual(['B3.6']);
    expect(brokenRules(checkQuiet, [], [test23, taken, call(2_005_000)])).toEqual(['B3.6']);
  });

  test('a short message for an alarm, and none for a test alarm', () => {
    const sms = (ref: string): Happening => ({
      kind: 'sms',
      atMs: 2_000_050,
      is: 'sent',
      number: '+46',
      text: 'H1',
      ref,
    });
    expect(brokenRules(checkQuiet, [], [test23, sms('A')])).toEqual([]);
    expect(brokenRules(checkQuiet, [], [test23, sms('T')])).toEqual(['B2.8']);
  });
});

describe('acknowledgements', () => {
  test('taken without a reference, for one that does not wait, or twice', () => {
    const bare: Happening = { kind: 'journal', atMs: 200, row: 3, entry: 'acknowledged' };
    expect(brokenRules(checkAcknowledgements, [], [bare])).toEqual(['B2.7']);
    expect(brokenRules(checkAcknowledgements, [], [{ ...bare, ref: 'B' }])).toEqual(['B2.7']);
    expect(brokenRules(checkAcknowledgements, [], [{ ...bare, ref: 'A' }])).toEqual(['B2.7']);
  });

  test('that no centre has given', () => {
    const taken = good[3];
    expect(
      brokenRules(checkAcknowledgements, taken === undefined ? [] : [taken], [arrival(50, 'A', { answer: 6 })]),
    ).toEqual(['B2.1']);
  });
});

test('an alarm that a short message has taken is acknowledged where the configuration lets it, and only there (B2.8)', () => {
  const answered = (from: string): Happening => ({
    kind: 'sms',
    atMs: 60,
    is: 'received',
    number: from,
    text: 'A1 A 0',
  });
  const rules = (acknowledges: boolean, from: string): string[] => {
    const { hub } = scenarioOf('press: pendant');
    const happenings = [...good.filter(({ kind }) => kind !== 'arrival'), answered(from)];
    const changes = { hub: { ...hub, sms: { ...hub.sms, number: '+46700000000', acknowledges } } };
    return checkAcknowledgements(traceOf(happenings, changes)).map(({ rule }) => rule);
  };
  expect(rules(true, '+46700000000')).toEqual([]);
  expect(rules(false, '+46700000000')).toEqual(['B2.1']);
  expect(rules(true, '+46700000001')).toEqual(['B2.1']);
});

describe('heartbeats', () => {
  const [, , , , , first, second] = good;

  test('that stay out while the way is clear', () => {
    expect(brokenRules(checkHeartbeats, second === undefined ? [] : [second], [])).toEqual(['B4.1']);
  });

  test("that stay out while the link is down are nobody else's fault", () => {
    const down: Happening = { kind: 'link', atMs: 100_000, is: 'down' };
    expect(brokenRules(checkHeartbeats, second === undefined ? [] : [second], [down])).toEqual([]);
  });

  test('of which the first does not follow the connection at once', () => {
    const changes: Happening[] = [
      { kind: 'path', atMs: 60_500, at: 'reserve', is: 'down' },
      { kind: 'path', atMs: 61_000, at: 'primary', is: 'down' },
      { kind: 'path', atMs: 70_000, at: 'primary', is: 'up' },
    ];
    expect(brokenRules(checkHeartbeats, [], changes)).toEqual(['B4.1']);
    expect(brokenRules(checkHeartbeats, [], [...changes, beat(70_500, 7.5)])).toEqual([]);
  });

  test('of which the primary need have none while they go to the reserve', () => {
    const lost: Happening = { kind: 'centre', atMs: 61_000, at: 'primary', is: 'offline' };
    const atPrimary = good.filter(({ kind, atMs }) => kind === 'heartbeat' && atMs > 60_000);
    expect(brokenRules(checkHeartbeats, atPrimary, [lost], { endMs: 400_000 })).toEqual(['B4.1']);
    const atReserve = [180_000, 300_000].map((atMs, index) => beat(atMs, 8 + index, 'reserve'));
    expect(brokenRules(checkHeartbeats, atPrimary, [lost, ...atReserve], { endMs: 400_000 })).toEqual([]);
  });

  test('that were kept, and come late or twice', () => {
    expect(brokenRules(checkHeartbeats, [], [beat(190_000, 8)])).toEqual(['B4.3']);
    expect(first).toMatchObject({ beat: 7 });
  });
});

describe('deadlines', () => {
  test('a report that is not sent although the way is clear', () => {
    const late: Happening = { ...reported, atMs: 200_000, ref: 'B', row: 3 };
    expect(brokenRules(checkDeadlines, [], [late])).toEqual(['B2.3']);
    expect(brokenRules(checkDeadlines, [], [late, { kind: 'link', atMs: 199_000, is: 'down' }])).toEqual([]);
    expect(brokenRules(checkDeadlines, [], [late, arrival(200_100, 'B')])).toEqual([]);
  });

  test('a report that was replaced waited no longer, also when an older journal has it wait again', () => {
    const late: Happening = { ...reported, atMs: 200_000, ref: 'B', row: 3 };
    const replaced = (atMs: number): Happening => ({ ...late, atMs, entry: 'superseded' });
    expect(brokenRules(checkDeadlines, [], [late, replaced(200_500)])).toEqual([]);
    expect(brokenRules(checkDeadlines, [], [late, replaced(200_500), replaced(290_000)])).toEqual([]);
  });

  test('a report that is not treated and does not come again', () => {
    const late: Happening = { ...reported, atMs: 200_000, ref: 'B', row: 3 };
    const busy = arrival(200_100, 'B', { answer: 6 });
    expect(brokenRules(checkDeadlines, [], [late, busy])).toEqual(['B2.3']);
    expect(brokenRules(checkDeadlines, [], [late, busy, arrival(230_100, 'B', { repeat: true })])).toEqual([]);
  });

  test('a report on hold that comes again too late, or too early', () => {
    const late: Happening = { ...reported, atMs: 200_000, ref: 'B', row: 3 };
    const held = arrival(200_100, 'B', { answer: 4 });
    const again = (atMs: number) => arrival(atMs, 'B', { repeat: true });
    expect(brokenRules(checkDeadlines, [], [late, held, again(220_000)])).toEqual(['B2.4']);
    expect(brokenRules(checkDeadlines, [], [late, held, again(201_000)])).toEqual(['B2.4']);
    expect(brokenRules(checkDeadlines, [], [late, held, again(210_100)])).toEqual([]);
    const elsewhere = arrival(210_100, 'B', { at: 'reserve' });
    expect(brokenRules(checkDeadlines, [], [late, held, elsewhere])).toEqual(['B2.4']);
  });
});

describe('the journal', () => {
  test('that cannot be read', () => {
    const journal = { ok: false, problem: 'it is damaged' } as const;
    expect(brokenRules(checkJournal, [], [], { journal })).toEqual(['B13.1']);
  });

  test('that has lost a row which was committed', () => {
    const journal = success([{ row: 2, entry: 'acknowledged', ref: 'A' }]);
    expect(brokenRules(checkJournal, [], [], { journal })).toEqual(['B1.1']);
  });

  test('that has a gap', () => {
    const rows = [1, 2, 4].map((row) => ({ row, entry: row === 2 ? 'acknowledged' : 'report', ref: 'A' }));
    expect(brokenRules(checkJournal, [], [], { journal: success(rows) })).toEqual(['B13.1']);
  });
});
