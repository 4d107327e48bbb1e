import { describe, expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { problem } from '#protocol/mqtt/problem.ts';
import { encodeRecord, type ReportKind, type ReportRecord } from '#protocol/mqtt/record.ts';
import type { ReportEnvelope } from '#protocol/mqtt/report.ts';
import { createCaseBook } from './cases.ts';
import { type CentreOptions, createCentre, refusalsToldPerMinute } from './centre.ts';
import type { CentreEvent } from './events.ts';
import { sha256Hex } from './keys.ts';
import { jsonLine, storyLine } from './story.ts';

const noonMs = Date.UTC(2026, 0, 15, 12);

function record(change: Partial<ReportRecord> = {}): ReportRecord {
  const when = { boot: 'b1', monotonicMs: 1, wall: '2026-01-15T11:59:59Z', trusted: true };
  const pendant = { from: 'pendant', dty: 3, did: '002a0001', stc: 10, pri: 8, lte: 'kitchen' };
  return { v: 1, hub: 'hub-1', ref: 'A1', report: 'alarm', ...pendant, when, ...change };
}

function envelope(of: ReportRecord | string, change: Partial<ReportEnvelope> = {}): ReportEnvelope {
  const text = typeof of === 'string' ? of : encodeRecord(of);
  return { v: 1, record: text, attempt: 1, path: 'primary', buffered: false, ...change };
}

/** A centre whose time stands still; `minuteOver` fires the timers that it has set. */
function setUp(options: Partial<CentreOptions> = {}) {
  const events: CentreEvent[] = [];
  const timers: { atMs: number; action: () => void }[] = [];
  const centre = createCentre({
    clock: {
      monotonicMs: () => 0,
      wallMs: () => noonMs,
      wallTrusted: () => true,
      at(atMs, action) {
        timers.push({ atMs, action });
        return () => {};
      },
    },
    sha256Hex,
    listener: (event) => events.push(event),
    ...options,
  });
  const minuteOver = () => {
    for (const timer of timers.splice(0)) {
      expect(timer.atMs).toBe(minuteMs);
      timer.action();
    }
  };
  return { centre, events, minuteOver };
}

describe('an alarm', () => {
  test('is acknowledged by hub, reference and hash of the exact text, and the hub is told to call', () => {
    const { centre, events } = setUp();
    const sent = envelope(record());
    expect(centre.report('hub-1', sent)).toEqual({
      v: 1,
      hub: 'hub-1',
      ref: 'A1',
      hash: sha256Hex(sent.record),
      snu: 0,
      mre: 1,
      cre: 61,
    });
    expect(centre.cases()).toMatchObject([{ hub: 'hub-1', ref: 'A1', arrivals: 1, openedMs: noonMs }]);
    expect(events.map((event) => event.event)).toEqual(['opened']);
  });

  test('that comes again opens no second case and gets the same answer, though by another path', () => {
    const { centre, events } = setUp();
    const first = centre.report('hub-1', envelope(record()));
    const second = centre.report('hub-1', envelope(record(), { attempt: 2, path: 'reserve' }));
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(centre.cases()).toMatchObject([{ arrivals: 2, path: 'reserve' }]);
    expect(centre.counts()).toMatchObject({ opened: 1, repeated: 1 });
    expect(events.map((event) => event.event)).toEqual(['opened', 'repeated']);
  });

  test('with a reference used before for something else is refused as bad content', () => {
    const { centre, events } = setUp();
    centre.report('hub-1', envelope(record()));
    const other = envelope(record({ from: 'smoke' }));
    expect(centre.report('hub-1', other)).toMatchObject({ ref: 'A1', hash: sha256Hex(other.record), snu: 3 });
    expect(centre.cases()).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ event: 'refused', problem: { code: 'report/changed' } });
  });

  test('of another hub on this topic is refused, and answered to the hub of the topic', () => {
    const { centre, events } = setUp();
    const answer = centre.report('hub-1', envelope(record({ hub: 'hub-2' })));
    expect(answer).toMatchObject({ hub: 'hub-1', ref: 'A1', snu: 3 });
    expect(centre.cases()).toEqual([]);
    expect(events).toMatchObject([{ event: 'refused', hub: 'hub-1', problem: { code: 'report/wrong-hub' } }]);
  });

  test('of two hubs with the same reference is two alarms', () => {
    const { centre } = setUp();
    centre.report('hub-1', envelope(record()));
    centre.report('hub-2', envelope(record({ hub: 'hub-2' })));
    expect(centre.counts()).toMatchObject({ opened: 2, repeated: 0 });
  });
});

test.each<[string, number]>([
  [JSON.stringify({ ...record(), pri: 11 }), 3],
  [JSON.stringify({ ...record(), v: 2 }), 2],
  [JSON.stringify({ ...record(), stc: undefined }), 7],
  [encodeRecord(record()).padEnd(4_097), 1],
])('the unreadable record %.60s is answered by its reference with %i', (text, snu) => {
  const { centre } = setUp();
  expect(centre.report('hub-1', envelope(text))).toMatchObject({ ref: 'A1', snu });
  expect(centre.counts()).toMatchObject({ opened: 0, refused: 1 });
});

test('a record without a readable reference is refused without an answer, for there is nothing to answer to', () => {
  const { centre, events } = setUp();
  expect(centre.report('hub-1', envelope('no json'))).toBeUndefined();
  expect(events).toMatchObject([{ event: 'refused', problem: { code: 'body/not-json' } }]);
});

test.each<ReportKind>(['update', 'test', 'fault', 'restore', 'maintenance', 'visit', 'information'])(
  'no call follows on a report of kind %s',
  (report) => {
    const { centre } = setUp();
    const answer = centre.report('hub-1', envelope(record({ report })));
    expect(answer).toMatchObject({ snu: 0, mre: 0 });
    expect(answer).not.toHaveProperty('cre');
  },
);

describe('the policy', () => {
  test.each([
    ['hold', 4],
    ['not-treated', 5],
    ['busy', 6],
  ] as const)('%s answers reports with %i and heartbeats as ever', (policy, snu) => {
    const { centre } = setUp();
    centre.setPolicy(policy);
    expect(centre.report('hub-1', envelope(record()))).toMatchObject({ snu });
    expect(centre.heartbeat('hub-1', heartbeat)).toMatchObject({ heartbeat: 7, snu: 0 });
  });

  test('silent answers nothing, neither refusals nor heartbeats, yet sees what arrives', () => {
    const { centre } = setUp();
    centre.setPolicy('silent');
    expect(centre.report('hub-1', envelope(record()))).toBeUndefined();
    expect(centre.report('hub-1', envelope(record({ hub: 'hub-2' })))).toBeUndefined();
    expect(centre.heartbeat('hub-1', heartbeat)).toBeUndefined();
    expect(centre.counts()).toMatchObject({ opened: 1, refused: 1, heartbeats: 1 });
  });

  test('may turn from hold to handled for a report that asks again, but what was handled stays handled', () => {
    const { centre } = setUp();
    centre.setPolicy('hold');
    expect(centre.report('hub-1', envelope(record()))).toMatchObject({ snu: 4 });
    centre.setPolicy('handled');
    expect(centre.report('hub-1', envelope(record()))).toMatchObject({ snu: 0 });
    centre.setPolicy('busy');
    expect(centre.report('hub-1', envelope(record()))).toMatchObject({ snu: 0, cre: 61 });
    expect(centre.counts()).toMatchObject({ opened: 1, repeated: 2 });
  });
});

const heartbeat = {
  v: 1 as const,
  hub: 'hub-1',
  sequence: 7,
  uptimeMs: 840_000,
  waiting: 2,
  configuration: 1,
  firmware: '0.1.0',
};

describe('a heartbeat', () => {
  test('is answered by its sequence', () => {
    const { centre, events } = setUp();
    expect(centre.heartbeat('hub-1', heartbeat)).toEqual({ v: 1, hub: 'hub-1', heartbeat: 7, snu: 0 });
    expect(events).toMatchObject([{ event: 'heartbeat', hub: 'hub-1', answered: true }]);
  });

  test('of another hub on this topic is refused and not answered', () => {
    const { centre } = setUp();
    expect(centre.heartbeat('hub-2', heartbeat)).toBeUndefined();
    expect(centre.counts()).toMatchObject({ heartbeats: 0, refused: 1 });
  });

  test('is answered with a new interval once the centre has set one', () => {
    const { centre } = setUp();
    centre.setHeartbeatInterval(15);
    expect(centre.heartbeat('hub-1', heartbeat)).toMatchObject({ hbi: 15 });
    expect(centre.report('hub-1', envelope(record()))).toMatchObject({ hbi: 15 });
  });
});

describe('the memory of reports', () => {
  test('holds as many as its bound and forgets the oldest first', () => {
    const { centre } = setUp({ book: createCaseBook(2) });
    for (const ref of ['A1', 'A2', 'A3']) {
      centre.report('hub-1', envelope(record({ ref })));
    }
    expect(centre.cases().map((known) => known.ref)).toEqual(['A2', 'A3']);
    centre.report('hub-1', envelope(record({ ref: 'A2' })));
    centre.report('hub-1', envelope(record({ ref: 'A1' })));
    expect(centre.counts()).toEqual({ opened: 4, repeated: 1, heartbeats: 0, refused: 0 });
  });
});

test('a flood of refusals is told one by one up to a bound, and then as a number when the minute is over', () => {
  const { centre, events, minuteOver } = setUp();
  for (let n = 0; n < refusalsToldPerMinute + 5; n += 1) {
    centre.refuse('hub-1', problem('body/not-json', 'report: nonsense'));
  }
  expect(events).toHaveLength(refusalsToldPerMinute);
  minuteOver();
  expect(events.at(-1)).toEqual({ event: 'refusals-untold', count: 5 });
  centre.refuse('hub-1', problem('body/not-json', 'report: nonsense'));
  expect(events.at(-1)).toMatchObject({ event: 'refused' });
  minuteOver();
  expect(events).toHaveLength(refusalsToldPerMinute + 2);
  expect(centre.counts().refused).toBe(refusalsToldPerMinute + 6);
});

test('the story says in a line who raised what where, and what was answered', () => {
  const { centre, events } = setUp();
  centre.report('hub-1', envelope(record(), { buffered: true }));
  centre.report('hub-1', envelope(record(), { attempt: 2, path: 'reserve' }));
  centre.heartbeat('hub-1', heartbeat);
  centre.report('hub-1', envelope(record({ ref: 'U1', report: 'update', of: 'A1', presses: 2 })));
  centre.refuse(undefined, problem('topic/unknown', 'topic "x" is not known'));
  const call = 'handled, the hub calls its predefined receiver';
  expect(events.map((event) => storyLine(event, noonMs))).toEqual([
    `12:00:00  hub-1  alarm A1 from pendant (pendant) in kitchen: alarm, manual, priority 8, buffered → ${call}`,
    `12:00:00  hub-1  alarm A1 again, arrival 2, by reserve → ${call}`,
    '12:00:00  hub-1  heartbeat 7, 2 waiting → answered',
    '12:00:00  hub-1  update U1 of A1 from pendant (pendant) in kitchen: alarm, manual, priority 8 → handled',
    '12:00:00  somebody  refused: topic "x" is not known',
  ]);
  expect(JSON.parse(jsonLine(events[0] as CentreEvent, noonMs))).toMatchObject({
    time: '2026-01-15T12:00:00.000Z',
    event: 'opened',
    case: { hub: 'hub-1', ref: 'A1', record: { report: 'alarm', from: 'pendant' } },
    acknowledgement: { snu: 0 },
  });
});
