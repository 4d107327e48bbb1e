import { expect, test } from 'vitest';
import type { PendingReport } from '#agent/hub/ports.ts';
import { failure } from '#protocol/core/result.ts';
import { decodeReport } from '#protocol/mqtt/report.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { startCentrePath } from './centrePath.ts';
import type { SessionListener } from './session.ts';

const happenedMs = Date.UTC(2026, 0, 15, 12);

function pending(trusted: boolean): PendingReport {
  const stamp = { boot: 'boot-1', monotonicMs: 5_000, wallMs: 5_000, trusted };
  return { seq: 1, ref: 'A', priority: 8, stamp, body: { record: '{}', buffered: true } };
}

/** What is published as a report, on a session that takes everything. */
function published(report: PendingReport, wallMs: number | undefined) {
  const sent: string[] = [];
  let up: SessionListener['up'] = () => {};
  const path = startCentrePath({
    name: 'primary',
    hub: 'hub-0001',
    url: 'mqtt://centre.example',
    keys: new Map(),
    firmware: '0.1.0',
    configuration: 1,
    wallOf: () => wallMs,
    isSuspect: () => false,
    heartbeatEveryMs: 120_000,
    open(_options, listener) {
      ({ up } = listener);
      return {
        publish(topic, payload) {
          if (topic.endsWith('up/report')) sent.push(new TextDecoder().decode(payload));
          return 'sent';
        },
        close() {},
        abort() {},
      };
    },
    clock: createVirtualClock(),
    random: () => 0,
    log: createLogRecorder().log,
    listener: {
      changed() {},
      room() {},
      answered() {},
      heartbeatAnswered() {},
      commanded: () => failure('not asked for'),
    },
  });
  up({ sessionPresent: false });
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
