import { describe, expect, test } from 'vitest';
import { type CaseBook, createCaseBook } from '#centre/cases.ts';
import { createCentre } from '#centre/centre.ts';
import type { CentreEvent } from '#centre/events.ts';
import { sha256Hex } from '#centre/keys.ts';
import { readClients } from '#centre/rules/clients.ts';
import { readPolicy } from '#centre/rules/policy.ts';
import { storyLine } from '#centre/story.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { phoneCallsLimit } from './course.ts';
import { createDesk } from './desk.ts';

/** A centre with its desk, on a virtual clock. The policy is as in a file. */
function setUp(written: object = {}, book: CaseBook = createCaseBook(), clock = createVirtualClock()) {
  const policy = readPolicy(written);
  const clients = readClients({ clients: { 'hub-1': { name: 'Anna', address: 'Storgatan 1', town: 'Ort' } } });
  if (!policy.ok || !clients.ok) throw new Error('what the test wrote is no policy');
  const events: CentreEvent[] = [];
  const texts: string[] = [];
  const visitsClosed: string[] = [];
  const listener = (event: CentreEvent): void => {
    events.push(event);
    desk.hear(event);
  };
  const desk = createDesk({
    clock,
    book,
    policy: () => policy.value,
    clients: clients.value,
    listener,
    sendText: (_to, text) => texts.push(text),
    closeVisit: (hub) => visitsClosed.push(hub),
    openLimit: 100,
  });
  const centre = createCentre({ clock, sha256Hex, listener, book, hasRoom: desk.hasRoom });
  const atBoot = clock.monotonicMs();

  function report(change: Partial<ReportRecord>): number | undefined {
    const monotonicMs = clock.monotonicMs() - atBoot;
    const when = { boot: 'b', monotonicMs, wall: new Date(clock.wallMs()).toISOString(), trusted: true };
    const codes = { report: 'alarm', from: 'pendant', dty: 3, stc: 10, pri: 8, lte: 'kitchen' } as const;
    const record = { v: 1, hub: 'hub-1', ref: 'A1', ...codes, when, ...change } as const;
    const envelope = { v: 1, record: encodeRecord(record), attempt: 1, path: 'primary', buffered: false } as const;
    return centre.report(record.hub, envelope)?.snu;
  }
  return {
    clock,
    book,
    desk,
    centre,
    events,
    texts,
    visitsClosed,
    alarm: (change: Partial<ReportRecord> = {}) => report(change),
    checkIn: (change: Partial<ReportRecord> = {}) =>
      report({ ref: `V${events.length}`, report: 'visit', from: 'hub', dty: 2, stc: 88, ...change }),
    checkOut: () => report({ ref: `V${events.length}`, report: 'visit', from: 'hub', dty: 2, stc: 111 }),
    noVoice: (of = 'A1') => report({ ref: `U${events.length}`, of, report: 'update', stc: 42 }),
    notCheckedOut: () => report({ ref: `I${events.length}`, report: 'information', from: 'hub', dty: 2, stc: 104 }),
    /** What was told of steps, in the words for people. */
    steps: () =>
      events.flatMap((event) =>
        'ref' in event && event.event !== 'refused' ? [storyLine(event, 0).slice('00:00:00  hub-1  '.length)] : [],
      ),
    stage: (ref = 'A1') => book.find('hub-1', ref)?.course?.stage,
  };
}

describe('an operator', () => {
  test('who answers after some seconds talks, and sends for staff', () => {
    const { clock, alarm, steps, texts } = setUp({ operator: { does: 'answers', after: '8s', talksFor: '30s' } });
    alarm();
    clock.advance(8 * secondMs - 1);
    expect(steps()).toEqual([]);
    clock.advance(1);
    expect(steps()).toEqual(['A1 answered by the operator after 8s']);
    clock.advance(30 * secondMs);
    expect(steps().at(-1)).toBe('A1 staff are sent for: the operator decided so');
    expect(texts).toEqual([
      'Anna, Storgatan 1, Ort, no number: pendant in kitchen, alarm, manual. Answer accept A1 or decline A1.',
    ]);
  });

  test('may find that nobody need come', () => {
    const { clock, alarm, steps, desk, texts } = setUp({ operator: { does: 'answers', afterwards: 'close' } });
    alarm();
    clock.advance(minuteMs);
    expect(steps().at(-1)).toBe('A1 closed: the operator has spoken with the client');
    expect([texts, desk.open()]).toEqual([[], []]);
  });

  test.each([
    ['does not answer', { does: 'does-not-answer' }, 3 * minuteMs, 'nobody answered the client'],
    ['answers too late', { does: 'answers', after: '4m' }, 3 * minuteMs, 'nobody answered the client'],
    ['hangs up', { does: 'hangs-up', after: '5s' }, 5 * secondMs, 'the operator hung up'],
  ])('who %s has no voice contact, and that always leads to a dispatch (H15)', (_what, operator, afterMs, cause) => {
    const { clock, alarm, steps } = setUp({ operator });
    alarm();
    clock.advance(afterMs - 1);
    expect(steps()).toEqual([]);
    clock.advance(1);
    expect(steps()).toEqual([`A1 staff are sent for: ${cause}`]);
  });

  test('is told by the hub that there was no voice contact: staff are sent for, even when the case was closed', () => {
    const { alarm, desk, noVoice, steps, stage } = setUp();
    alarm();
    desk.perform('answer', 'A1');
    desk.perform('close', 'A1');
    noVoice();
    expect(steps().at(-1)).toBe('A1 staff are sent for: the hub has no voice contact');
    noVoice();
    expect(steps().filter((step) => step.includes('sent for'))).toHaveLength(1);
    expect(stage()).toBe('offered');
  });

  test('has the alarm of which another centre only told that there is no voice contact: staff are sent for', () => {
    const { noVoice, steps } = setUp();
    noVoice('B7');
    expect(steps()).toEqual([expect.stringMatching(/^U\d+ staff are sent for/u)]);
  });

  test('can be a person, who comes before what would happen by itself', () => {
    const { clock, alarm, desk, steps } = setUp({ operator: { does: 'hangs-up', after: '5s' } });
    alarm();
    expect(desk.perform('close', 'A1')).toMatchObject({ ok: false, problem: expect.stringContaining('H15') as string });
    desk.perform('answer', 'A1');
    clock.advance(60 * minuteMs);
    expect(steps()).toEqual(['A1 answered by the operator after 0s']);
    expect(desk.perform('answer', 'A1').ok).toBe(false);
  });

  test('has nothing to do with what is no alarm, nor with an alarm that is on hold', () => {
    const { clock, centre, alarm, desk, steps } = setUp();
    alarm({ ref: 'T1', report: 'test' });
    centre.setPolicy('hold');
    alarm();
    clock.advance(60 * minuteMs);
    expect([steps(), desk.open()]).toEqual([[], []]);
  });

  test('has an alarm from the moment when it is no longer on hold, once', () => {
    const { centre, alarm, desk } = setUp();
    const [first, again] = [
      { boot: 'b', monotonicMs: 0, wall: '2026-01-01T00:00:00Z', trusted: true },
      'handled',
    ] as const;
    centre.setPolicy('hold');
    alarm({ when: first });
    centre.setPolicy(again);
    alarm({ when: first });
    desk.perform('answer', 'A1');
    alarm({ when: first });
    expect(desk.open()).toMatchObject([{ ref: 'A1', arrivals: 3, course: { stage: 'talking' } }]);
  });
});

describe('staff', () => {
  const dispatched = (policy: object = {}) => {
    const world = setUp(policy);
    world.alarm();
    world.desk.perform('dispatch', 'A1');
    return world;
  };

  test('accept, are there in time, and the case ends with their check-out (H18 to H21)', () => {
    const { clock, checkIn, checkOut, steps, desk } = dispatched({ staff: { does: 'accepts', after: '1m' } });
    clock.advance(minuteMs);
    expect(steps().at(-1)).toBe('A1 accepted by the staff');
    clock.advance(20 * minuteMs);
    checkIn();
    expect(steps().at(-1)).toBe('A1 staff are there, 20m after they accepted');
    clock.advance(60 * minuteMs);
    checkOut();
    expect(steps().at(-1)).toBe('A1 closed: the visit is over');
    expect(desk.open()).toEqual([]);
  });

  test('who do not answer for five minutes are phoned (H19), and again until they accept', () => {
    const { clock, steps, stage } = dispatched({ staff: { onThePhone: 'does-not-answer' } });
    clock.advance(5 * minuteMs - 1);
    expect(stage()).toBe('offered');
    clock.advance(1);
    expect(steps().at(-1)).toBe('A1 the staff are phoned, call 1: nobody accepted');
    clock.advance(5 * minuteMs);
    expect(steps().at(-1)).toBe('A1 the staff are phoned, call 2: nobody accepted on the phone');
  });

  test('who decline are phoned at once; who decline on the phone, again at its time', () => {
    const { clock, steps } = dispatched({ staff: { does: 'declines', after: '1m', onThePhone: 'declines' } });
    clock.advance(minuteMs);
    expect(steps().slice(-2)).toEqual(['A1 declined by the staff', 'A1 the staff are phoned, call 1: they declined']);
    clock.advance(5 * minuteMs - 1);
    expect(steps().at(-1)).toBe('A1 declined by the staff, on the phone');
    clock.advance(1);
    expect(steps().at(-1)).toBe('A1 the staff are phoned, call 2: nobody accepted on the phone');
  });

  test('who never accept are phoned so often, and then somebody is told that nobody comes', () => {
    const { clock, steps, desk } = dispatched();
    clock.advance((phoneCallsLimit + 1) * 5 * minuteMs);
    expect(steps().filter((step) => step.includes('phoned'))).toHaveLength(phoneCallsLimit);
    expect(steps().at(-1)).toContain(`nobody comes, after ${phoneCallsLimit} calls`);
    clock.advance(24 * 60 * minuteMs);
    expect(steps().at(-1)).toContain('nobody comes');
    desk.perform('accept', 'A1');
    expect(steps().at(-1)).toBe('A1 accepted by the staff, on the phone');
  });

  test('who accepted and do not come within 30 minutes are phoned (H20, H21)', () => {
    const { clock, steps } = dispatched({ staff: { does: 'accepts', after: '0s', onThePhone: 'accepts' } });
    clock.advance(30 * minuteMs);
    expect(steps().at(-1)).toBe('A1 the staff are phoned, call 1: nobody has checked in');
    clock.advance(20 * secondMs);
    expect(steps().at(-1)).toBe('A1 accepted by the staff, on the phone');
    clock.advance(30 * minuteMs);
    expect(steps().at(-1)).toBe('A1 the staff are phoned, call 2: nobody has checked in');
  });

  test('can read the text until an hour after they accepted (H18), and no word of it is kept', () => {
    const { clock, desk, book, events } = dispatched();
    clock.advance(4 * minuteMs);
    desk.perform('accept', 'A1');
    clock.advance(60 * minuteMs - 1);
    expect(desk.textOf('A1')).toMatchObject({ ok: true, value: expect.stringContaining('Storgatan 1') as string });
    clock.advance(1);
    expect(desk.textOf('A1').ok).toBe(false);
    expect(JSON.stringify([events, book.newest(10)])).not.toContain('Storgatan');
  });

  test('who come before anybody has answered are there, and nobody else is sent for', () => {
    const { clock, alarm, checkIn, steps, noVoice } = setUp();
    alarm();
    clock.advance(minuteMs);
    checkIn();
    noVoice();
    clock.advance(60 * minuteMs);
    expect(steps()).toEqual(['A1 staff are there']);
  });

  test('whose check-in is older than the alarm, though it came after it, have not come for it', () => {
    const { clock, alarm, checkIn, stage } = setUp();
    clock.advance(minuteMs);
    alarm();
    checkIn({ when: { boot: 'b', monotonicMs: 5, wall: '2026-01-01T00:00:00Z', trusted: true } });
    checkIn({ when: { boot: 'a', monotonicMs: 90_000, wall: '2026-01-01T00:00:00Z', trusted: true } });
    checkIn({ hub: 'hub-2' });
    expect(stage()).toBe('waiting');
    checkIn({ when: { boot: 'a', monotonicMs: 5, wall: '2026-01-01T00:00:00Z', trusted: false } });
    expect(stage()).toBe('visited');
  });

  test('are not sent for once more, whatever the hub says of voice when the visit is over or acknowledged', () => {
    const visited = setUp();
    visited.alarm();
    visited.checkIn();
    visited.checkOut();
    visited.noVoice();
    expect(visited.stage()).toBe('closed');
    const { desk, noVoice, stage } = dispatched();
    desk.perform('close', 'A1');
    noVoice();
    expect(stage()).toBe('closed');
    expect(desk.perform('dispatch', 'hub-1/A1').ok).toBe(false);
  });

  test('who forget to check out are told of, and the centre closes the visit in their place: an exception (H22)', () => {
    const { checkIn, notCheckedOut, desk, steps, visitsClosed } = dispatched();
    notCheckedOut();
    checkIn();
    notCheckedOut();
    expect(steps().slice(-2)).toEqual(['A1 staff are there', 'A1 nobody has checked out']);
    desk.perform('close', 'A1');
    expect(steps().at(-1)).toBe('A1 closed: acknowledged by the centre in place of the staff (an exception)');
    expect(visitsClosed).toEqual(['hub-1']);
    expect(desk.perform('close', 'hub-1/A1').ok).toBe(false);
  });
});

describe('cases', () => {
  test('of one home end together with the visit', () => {
    const { alarm, checkIn, checkOut, desk } = setUp();
    alarm();
    alarm({ ref: 'A2' });
    alarm({ ref: 'A3', hub: 'hub-2' });
    checkIn();
    checkOut();
    expect(desk.open().map(({ ref }) => ref)).toEqual(['A3']);
  });

  test('with the same reference are told apart by their hub', () => {
    const { alarm, desk } = setUp();
    alarm();
    alarm({ hub: 'hub-2' });
    expect(desk.perform('answer', 'A1')).toMatchObject({ problem: 'which? hub-1/A1 or hub-2/A1' });
    expect(desk.perform('answer', 'hub-2/A1').ok).toBe(true);
    expect(desk.perform('answer', 'A9').ok).toBe(false);
    expect(desk.perform('answer', 'hub-2/A9').ok).toBe(false);
  });

  test('that are open when the centre starts anew go on where they stood, and what fell due meanwhile is done at once', () => {
    const before = setUp();
    before.alarm();
    before.alarm({ ref: 'A2' });
    before.desk.perform('dispatch', 'A2');
    const clock = createVirtualClock(before.clock.wallMs() + 4 * minuteMs);
    const after = setUp({}, before.book, clock);
    clock.advance(0);
    expect(after.steps()).toEqual(['A1 staff are sent for: nobody answered the client']);
    clock.advance(minuteMs);
    expect(after.steps().at(-1)).toBe('A2 the staff are phoned, call 1: nobody accepted');
  });

  test('do not move when the wall clock jumps', () => {
    const { clock, alarm, steps } = setUp();
    alarm();
    clock.setWall(clock.wallMs() + 24 * 60 * minuteMs);
    clock.advance(3 * minuteMs - 1);
    expect(steps()).toEqual([]);
    clock.advance(1);
    expect(steps()).toHaveLength(1);
  });

  test('that are too many for the operators are answered busy, so that another centre takes them; others go on', () => {
    const { alarm, desk } = setUp();
    for (let count = 0; count < 100; count += 1) alarm({ ref: `A${count}` });
    expect(alarm({ ref: 'B1' })).toBe(6);
    expect(alarm({ ref: 'F1', report: 'fault' })).toBe(0);
    desk.perform('answer', 'A1');
    desk.perform('close', 'A1');
    expect(alarm({ ref: 'B2' })).toBe(0);
  });
});
