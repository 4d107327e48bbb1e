import { describe, expect, test } from 'vitest';
import type { PendingReport } from '#agent/hub/ports.ts';
import { failure } from '#protocol/core/result.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { decodeReport } from '#protocol/mqtt/report.ts';
import { encodeCentreState } from '#protocol/mqtt/state.ts';
import { centreStateTopic } from '#protocol/mqtt/topics.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { startCentrePath } from './centrePath.ts';
import { centresLimit } from './centreStates.ts';
import type { SessionListener } from './session.ts';

const happenedMs = Date.UTC(2026, 0, 15, 12);

function pending(trusted: boolean): PendingReport {
  const stamp = { boot: 'boot-1', monotonicMs: 5_000, wallMs: 5_000, trusted };
  return { seq: 1, ref: 'A', priority: 8, stamp, body: { record: '{}', buffered: true } };
}

/** A path on a session that takes everything. */
function startPath(wallMs?: number) {
  const clock = createVirtualClock();
  const sent: string[] = [];
  const keepalives: number[] = [];
  let listener: SessionListener | undefined;
  const path = startCentrePath({
    name: 'primary',
    hub: 'hub-0001',
    url: 'mqtt://centre.example',
    keys: () => new Map(),
    firmware: '0.1.0',
    configuration: 1,
    wallOf: () => wallMs,
    isSuspect: () => false,
    heartbeatEveryMs: 2 * minuteMs,
    open(options, told) {
      listener = told;
      keepalives.push(options.keepaliveS);
      return {
        publish(topic, payload) {
          if (topic.endsWith('up/report')) sent.push(new TextDecoder().decode(payload));
          return 'sent';
        },
        close() {},
        abort() {},
      };
    },
    clock,
    random: () => 0,
    log: createLogRecorder().log,
    listener: {
      changed() {},
      room() {},
      answered() {},
      heartbeatAnswered: () => true,
      connected() {},
      commanded: () => failure('not asked for'),
    },
  });
  listener?.up({ sessionPresent: false });
  return {
    path,
    clock,
    sent,
    keepalives,
    breaks: () => listener?.closed({ code: 'connection-lost', message: 'gone' }),
    /** A centre tells of itself, by its state at the broker. */
    says: (centre: string, state: 'online' | 'offline') =>
      listener?.message(centreStateTopic(centre), new TextEncoder().encode(encodeCentreState({ v: 1, centre, state }))),
  };
}

/** What is published as a report. */
function published(report: PendingReport, wallMs: number | undefined) {
  const { path, sent } = startPath(wallMs);
  path.send(report, 1);
  return decodeReport(sent[0] ?? '');
}

test('what happened before the clock was set is sent with its time, now that it is known (B12.2)', () => {
  expect(published(pending(false), happenedMs)).toMatchObject({ value: { wall: '2026-01-15T12:00:00.000Z' } });
});

test.each([
  ['not known', pending(false), undefined],
  ['right in the record', pending(true), happenedMs],
])('a time that is %s is not sent beside the record', (_, report, wallMs) => {
  const read = published(report, wallMs);
  expect(read.ok && 'wall' in read.value).toBe(false);
  expect(read.ok).toBe(true);
});

describe('the state that a centre tells of itself', () => {
  test('makes its path absent before any answer is missed, and whole again', () => {
    const { path, says } = startPath();
    expect(path.condition()).toBe('up');
    says('centre-1', 'offline');
    expect(path.condition()).toBe('absent');
    says('centre-1', 'online');
    expect(path.condition()).toBe('up');
  });

  test('counts for the path when it is that of all centres known at the broker', () => {
    const { path, says } = startPath();
    says('centre-1', 'offline');
    says('centre-2', 'online');
    expect(path.condition()).toBe('up');
    says('centre-2', 'offline');
    expect(path.condition()).toBe('absent');
  });

  test('is remembered of so many centres, and of no more', () => {
    const { path, says } = startPath();
    for (let count = 1; count <= centresLimit; count += 1) says(`centre-${count}`, 'offline');
    says('one-too-many', 'online');
    expect(path.condition()).toBe('absent');
  });
});

test.each([
  [1, 300],
  [2, 300],
  [4, 600],
  [6, 900],
  [1_440, 900],
])('at a heartbeat every %i min the keepalive is %i s, from the next connection on (B4.5)', (minutes, keepaliveS) => {
  const { path, clock, keepalives, breaks } = startPath();
  path.heartbeatEvery(minutes * minuteMs);
  breaks();
  clock.advance(minuteMs);
  expect(keepalives).toEqual([300, keepaliveS]);
});
