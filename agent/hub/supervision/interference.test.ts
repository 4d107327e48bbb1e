import { expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import { createInterference } from './interference.ts';

const limits = { bytesPerMinute: 600, minutes: 3, missingAtLeast: 3 };

/** The concern, what it reports, and noise at so many bytes a minute. */
function setUp() {
  const clock = createVirtualClock(0);
  const told: string[] = [];
  let bytes = 0;
  const context = {
    clock,
    configuration: () => ({ interference: limits }),
    facts: { get: () => undefined },
    reports: { report: ({ report, stc }: { report: string; stc: number }) => told.push(`${report} ${stc}`) },
    log: createLogRecorder().log,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The part of it that the concern uses.
  const concern = createInterference(context as unknown as HubContext, () => bytes);
  concern.start?.();
  return {
    told,
    concern,
    minutes(count: number, bytesPerMinute: number) {
      for (let minute = 0; minute < count; minute += 1) {
        bytes += bytesPerMinute;
        clock.advance(minuteMs);
      }
    },
  };
}

test('three disturbed minutes in a row are a fault, three quiet ones its end, each told once (B8.3)', () => {
  const { told, minutes } = setUp();
  minutes(2, 600);
  minutes(1, 599);
  minutes(2, 600);
  expect(told).toEqual([]);
  minutes(5, 600);
  expect(told).toEqual(['fault 95']);
  minutes(2, 0);
  expect(told).toEqual(['fault 95']);
  minutes(9, 0);
  expect(told).toEqual(['fault 95', 'restore 70']);
});

test('most of the supervised accessories missing is a fault, half of them and two of three are none (B8.3)', () => {
  const { told, concern } = setUp();
  concern.missingChanged?.(3, 6);
  concern.missingChanged?.(2, 3);
  expect(told).toEqual([]);
  concern.missingChanged?.(3, 5);
  concern.missingChanged?.(4, 5);
  expect(told).toEqual(['fault 95']);
  concern.missingChanged?.(2, 5);
  expect(told).toEqual(['fault 95', 'restore 70']);
});
