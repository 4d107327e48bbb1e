import { createHeap } from '#protocol/core/heap.ts';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';

/** When something happens to a hub, and what. */
interface Happening {
  atMs: number;
  sequence: number;
  hub: number;
  does: 'beat' | 'answer' | 'test' | 'press' | 'acknowledge';
  ref: string;
}

const heartbeatMs = 2 * minuteMs;
const testAlarmMs = 23 * hourMs;
const pressMs = 24 * hourMs;
const answerMs = 200;

/**
 * The least that hubs can be who beat, raise an alarm a day and a test alarm every 23 hours, and are answered: one loop
 * over one heap, with neither charts nor concerns. Returns how many heartbeats there were.
 */
export function liveFloorHubs(count: number, untilMs: number): number {
  const happenings = createHeap<Happening>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence));
  const waiting = Array.from({ length: count }, () => new Map<string, string>());
  let sequence = 0;
  let beats = 0;
  let answered = 0;

  function plan(atMs: number, hub: number, does: Happening['does'], ref = ''): void {
    sequence += 1;
    happenings.push({ atMs, sequence, hub, does, ref });
  }

  function raise(atMs: number, hub: number, report: 'alarm' | 'test'): void {
    const ref = String(sequence);
    const when = { boot: 'boot-1', monotonicMs: atMs, wall: new Date(atMs).toISOString(), trusted: true };
    const content = { report, from: 'hub', dty: 2, stc: 10, pri: 8 } as const;
    waiting[hub]?.set(ref, encodeRecord({ v: 1, hub: `hub-${hub}`, ref, ...content, when }));
    plan(atMs + answerMs, hub, 'acknowledge', ref);
  }

  function happen({ atMs, hub, does, ref }: Happening): void {
    if (does === 'beat') {
      beats += 1;
      plan(atMs + answerMs, hub, 'answer');
      plan(atMs + heartbeatMs, hub, 'beat');
    } else if (does === 'answer') {
      answered += 1;
    } else if (does === 'acknowledge') {
      waiting[hub]?.delete(ref);
    } else {
      raise(atMs, hub, does === 'press' ? 'alarm' : 'test');
      plan(atMs + (does === 'press' ? pressMs : testAlarmMs), hub, does);
    }
  }

  for (let hub = 0; hub < count; hub += 1) {
    plan((hub * heartbeatMs) / count, hub, 'beat');
    plan((hub * pressMs) / count, hub, 'press');
    plan(testAlarmMs, hub, 'test');
  }
  for (let next = happenings.pop(); next !== undefined && next.atMs <= untilMs; next = happenings.pop()) happen(next);
  if (answered === 0) throw new Error('no heartbeat was answered');
  return beats;
}
