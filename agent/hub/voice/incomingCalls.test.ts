import { describe, expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { callNow, close, number, receiver, setUp } from '#test/voiceHub.ts';

describe('a call that comes in (B3.5)', () => {
  test('is answered for ten minutes after a call, and not a moment longer', () => {
    const { alarm, sip, modem, clock } = setUp();
    alarm();
    sip.tell().connected();
    sip.tell().ended('the operator hung up');
    clock.advance(10 * minuteMs - 1);
    modem.tell().incoming(receiver);
    expect(modem.answer.args).toEqual([['duplex']]);
    modem.tell().connected();
    modem.tell().ended('the operator hung up');
    clock.advance(10 * minuteMs);
    modem.tell().incoming(receiver);
    expect(modem.refuse.callCount).toBe(1);
  });

  test('is refused without a window, and journalled', () => {
    const { sip, calls } = setUp();
    sip.tell().incoming(number);
    expect([sip.answer.called, sip.refuse.callCount]).toEqual([false, 1]);
    expect(calls()).toEqual([{ is: 'refused', path: 'sip', from: number }]);
  });

  test('from somebody else than the centre is refused, window or not', () => {
    const { sip, alarm } = setUp({ voice: { callers: [receiver] } });
    alarm({ ...callNow, cre: 30 });
    sip.tell().incoming(number);
    expect([sip.answer.called, sip.refuse.callCount]).toEqual([false, 1]);
  });

  test('never disturbs the one under way', () => {
    const { sip, modem, alarm } = setUp();
    alarm();
    modem.tell().incoming(receiver);
    expect([modem.refuse.callCount, sip.hangUp.called]).toEqual([1, false]);
  });
});

describe('the centre says that it calls (B3.1)', () => {
  test('its call is answered within the minutes given; nothing is reported', () => {
    const { alarm, sip, clock, updates } = setUp();
    alarm({ ...callNow, cre: 5 });
    expect(sip.dial.called).toBe(false);
    clock.advance(5 * minuteMs - 1);
    sip.tell().incoming(receiver);
    sip.tell().connected();
    sip.tell().ended('the operator hung up');
    clock.advance(60 * minuteMs);
    expect(sip.answer.callCount).toBe(1);
    expect(updates()).toEqual([]);
  });

  test('it does not: there was no voice contact (H15), over a restart too', () => {
    const before = setUp();
    const ref = before.alarm({ ...callNow, cre: 5 });
    before.clock.advance(minuteMs);
    close();
    const after = setUp({ clock: before.clock });
    after.clock.advance(4 * minuteMs - 1);
    expect(after.updates()).toEqual([]);
    after.clock.advance(1);
    expect(after.updates()).toMatchObject([{ of: ref, stc: 42 }]);
  });

  test('its call breaks off before it is connected: the hub goes on expecting one', () => {
    const { alarm, sip, updates } = setUp();
    alarm({ ...callNow, cre: 5 });
    sip.tell().incoming(receiver);
    sip.tell().failed('the caller hung up');
    sip.tell().incoming(receiver);
    sip.tell().connected();
    expect(sip.answer.callCount).toBe(2);
    expect(updates()).toEqual([]);
  });
});
