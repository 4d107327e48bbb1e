import { stub } from 'sinon';
import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { callNow, close, createPath, number, receiver, setUp } from '#test/voiceHub.ts';
import { alarmsLimit } from './unfinishedCall.ts';

describe('an acknowledged alarm', () => {
  test('leads to a call at once, to the predefined receiver, duplex for a pendant (B3.1, B3.2, H14)', () => {
    const { alarm, sip, modem } = setUp();
    alarm({ ...callNow, mre: 2 });
    expect(sip.dial.args).toEqual([[receiver, 'duplex']]);
    expect(modem.dial.called).toBe(false);
  });

  test('leads to a call in the way that the centre asks for', () => {
    const { alarm, sip } = setUp();
    alarm({ ...callNow, mre: 2 }, '002a0006');
    expect(sip.dial.args).toEqual([[receiver, 'microphone-only']]);
  });

  test('leads to a call of the number given, as people write it (B3.1)', () => {
    const { alarm, sip } = setUp();
    alarm({ ...callNow, cre: 62, tnu: 'tel:+46 40-765 43 21' });
    expect(sip.dial.args).toEqual([[number, 'duplex']]);
  });

  test('whose number is no number leads to a call of the predefined receiver, and that is logged', () => {
    const { alarm, sip, lines } = setUp();
    alarm({ ...callNow, cre: 62, tnu: '+46;ATH' });
    expect(sip.dial.args).toEqual([[receiver, 'duplex']]);
    expect(lines.map(({ message }) => message)).toContain(
      'the centre gave no number that can be called; the predefined receiver is called',
    );
  });

  test('whose answer says nothing of voice leads to a call: a press always does (H14)', () => {
    const { alarm, sip } = setUp();
    alarm({ path: 'sms', body: {} });
    expect(sip.dial.args).toEqual([[receiver, 'duplex']]);
  });

  test('leads to no call where the centre says so, or the accessory is without voice (B3.6)', () => {
    const { alarm, sip, story } = setUp();
    alarm({ ...callNow, mre: 0 });
    alarm(callNow, '002a0009');
    expect(sip.dial.called).toBe(false);
    expect(story()).toEqual([]);
  });

  test('with nobody to call by the voice paths that there are is no voice contact at once (H15)', () => {
    const { alarm, updates } = setUp({
      voice: { receiver: 'sip:operator@centre.example' },
      paths: [createPath('modem')],
    });
    const ref = alarm();
    expect(updates()).toMatchObject([{ of: ref, stc: 42, pri: 8, from: 'pendant' }]);
  });

  test('leads to nothing where no voice is fitted: nothing is missed', () => {
    const { alarm, updates, story } = setUp({ paths: [] });
    alarm();
    expect([updates(), story()]).toEqual([[], []]);
  });
});

describe('a call that is not answered (B3.3)', () => {
  test('fails after 20 s and is tried again 10 s later, three times by SIP, then three times by the modem', () => {
    const { alarm, sip, modem, clock, updates, story } = setUp({
      voice: { receiver: 'sip:operator@centre.example', modemReceiver: number },
    });
    const ref = alarm();
    clock.advance(20 * secondMs - 1);
    expect(sip.hangUp.callCount).toBe(0);
    clock.advance(1);
    expect(sip.hangUp.callCount).toBe(1);
    clock.advance(10 * secondMs);
    expect(sip.dial.callCount).toBe(2);
    clock.advance(50 * secondMs + 10 * secondMs);
    expect([sip.dial.callCount, modem.dial.args]).toEqual([3, [[number, 'duplex']]]);
    clock.advance(79 * secondMs);
    expect(updates()).toEqual([]);
    clock.advance(secondMs);
    expect([sip.dial.callCount, modem.dial.callCount]).toEqual([3, 3]);
    expect(updates()).toMatchObject([{ of: ref, from: 'pendant', dty: 3, did: '002a0001', stc: 42, pri: 8 }]);
    expect(story()).toEqual([
      'wanted',
      ...Array.from({ length: 6 }).flatMap(() => ['dialled', 'failed']),
      'no-contact',
    ]);
  });

  test('is still asked for after a restart until it is reported, and then no more (B6.6)', () => {
    const before = setUp();
    const ref = before.alarm();
    close();
    const after = setUp({ clock: before.clock });
    expect(after.sip.dial.callCount).toBe(1);
    after.clock.advance(3 * minuteMs);
    expect(after.updates()).toMatchObject([{ of: ref }]);
    close();
    expect(setUp({ clock: before.clock }).sip.dial.called).toBe(false);
  });

  test('waits for a voice path for a minute when none is up (B3.2)', () => {
    const paths = [createPath('sip', false), createPath('modem', false)];
    const { alarm, clock, updates, modem } = setUp({ paths });
    alarm();
    clock.advance(59 * secondMs);
    expect(updates()).toEqual([]);
    paths.forEach((path) => path.comesUp());
    clock.advance(secondMs);
    expect(paths[0]?.dial.callCount).toBe(1);
    expect(modem.dial.callCount).toBe(0);
  });
});

test('what the centre asked for is committed with its acknowledgement: a power cut right behind it forgets nothing', () => {
  const before = setUp();
  const commit = before.journal.commit;
  let commits = 0;
  stub(before.journal, 'commit').callsFake((...told) => {
    commits += 1;
    if (commits > 2) throw new Error('the power is gone');
    return commit(...told);
  });
  before.alarm();
  close();
  expect(setUp({ clock: before.clock }).sip.dial.args).toEqual([[receiver, 'duplex']]);
});

describe('one call at a time (B3.7)', () => {
  test('an alarm acknowledged during it joins it, and there is no further call', () => {
    const { alarm, sip, clock, story } = setUp();
    alarm();
    sip.tell().connected();
    alarm(callNow, '002a0006');
    sip.tell().ended('the operator hung up');
    clock.advance(5 * minuteMs);
    expect(sip.dial.callCount).toBe(1);
    expect(story()).toEqual(['wanted', 'dialled', 'connected', 'wanted', 'joined', 'ended']);
  });

  test('nobody answers: each alarm that had joined is told to be without contact', () => {
    const { alarm, clock, updates } = setUp();
    const refs = [alarm(), alarm(callNow, '002a0006')];
    clock.advance(5 * minuteMs);
    expect(updates().map(({ of }) => of)).toEqual(refs);
  });

  test('of more alarms than a call can hold, the newest are told', () => {
    const { alarm, clock, updates } = setUp({ voice: { pause: '5m' } });
    const refs = Array.from({ length: alarmsLimit + 1 }, () => alarm());
    clock.advance(60 * minuteMs);
    expect(updates().map(({ of }) => of)).toEqual(refs.slice(1));
  });

  test('a pendant’s alarm makes the call that it joins duplex (B3.2)', () => {
    const { alarm, sip } = setUp();
    alarm({ ...callNow, mre: 3 }, '002a0006');
    sip.tell().connected();
    alarm();
    expect(sip.setMode.args).toEqual([['duplex']]);
  });
});

test('the operator’s keys reach the voice path, and are in the journal (B3.4)', () => {
  const { alarm, sip, calls } = setUp();
  alarm();
  sip.tell().connected();
  '134789'.split('').forEach((digit) => sip.tell().key(digit));
  expect(sip.changeVolume.args).toEqual([[-1], [1]]);
  expect(sip.setMode.args).toEqual([['duplex'], ['microphone-only'], ['speaker-only']]);
  expect(sip.switchOutput.callCount).toBe(1);
  sip.tell().key('0');
  expect(sip.hangUp.callCount).toBe(1);
  expect(calls().slice(-2)).toMatchObject([{ is: 'key', does: 'hang-up' }, { is: 'ended' }]);
});

test('the hub restarts in the middle of a call: it calls again (B6.6)', () => {
  const before = setUp();
  before.alarm();
  before.sip.tell().connected();
  before.hub.stop();
  expect(before.sip.stop.callCount).toBe(1);
  close();
  const after = setUp({ clock: before.clock });
  expect(after.sip.dial.args).toEqual([[receiver, 'duplex']]);
});

test('a call of which nothing is heard any more is cleared down, so that the next alarm has a call', () => {
  const { alarm, sip, clock } = setUp({ voice: { callAtMost: '5m' } });
  alarm();
  sip.tell().connected();
  clock.advance(5 * minuteMs);
  expect(sip.hangUp.callCount).toBe(1);
  alarm();
  expect(sip.dial.callCount).toBe(2);
});

test('what comes late from the path of an earlier try changes nothing', () => {
  const { alarm, sip, modem, clock, story } = setUp({ voice: { attempts: 1 } });
  alarm();
  clock.advance(30 * secondMs);
  expect(modem.dial.callCount).toBe(1);
  sip.tell().connected();
  expect(story().at(-1)).toBe('dialled');
});

test('no number is in the log', () => {
  const { alarm, sip, lines } = setUp();
  alarm({ ...callNow, cre: 62, tnu: number });
  sip.tell().incoming('+46409999999');
  sip.tell().connected();
  sip.tell().ended('the operator hung up');
  expect(JSON.stringify(lines)).not.toMatch(/\+46/u);
});

describe('a call that the centre asks for outright', () => {
  let asked = 0;
  function ask(hub: ReturnType<typeof setUp>['hub'], details: Readonly<Record<string, unknown>> = {}) {
    asked += 1;
    const command = { v: 1, hub: 'hub-0001', id: `C${asked}`, counter: asked, name: 'call', with: details } as const;
    const taken = hub.commanded(command, '0a1b2c3d', 'primary');
    return taken.ok ? taken.value : undefined;
  }

  test('begins at once, to the number given or to the predefined receiver, in the way it says', () => {
    const first = setUp();
    expect(ask(first.hub, { to: '+46 40-765 43 21', mode: 'microphone-only' })).toMatchObject({
      outcome: 'done',
      body: { call: 'begun' },
    });
    expect(first.sip.dial.args).toEqual([[number, 'microphone-only']]);
    close();
    const second = setUp();
    ask(second.hub);
    expect(second.sip.dial.args).toEqual([[receiver, 'duplex']]);
  });

  test('that nobody answers is over: there is no alarm to tell it of, and the next can be asked for', () => {
    const { hub, sip, clock, updates, story } = setUp();
    ask(hub);
    clock.advance(10 * minuteMs);
    expect(story()).toContain('no-contact');
    expect(updates()).toEqual([]);
    const tried = sip.dial.callCount;
    expect(ask(hub)).toMatchObject({ outcome: 'done' });
    expect(sip.dial.callCount).toBe(tried + 1);
  });

  test('is refused while another is under way (B3.7), and an alarm joins it', () => {
    const { hub, sip, alarm, story } = setUp();
    ask(hub, { to: number });
    expect(ask(hub)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('a call is under way') });
    alarm();
    expect(story()).toContain('joined');
    expect(sip.dial.callCount).toBe(1);
  });

  test('comes in place of the call that the centre had promised, for the same alarm', () => {
    const { hub, sip, alarm, clock, updates } = setUp();
    const ref = alarm({ ...callNow, cre: 5 });
    ask(hub, { to: number });
    expect(sip.dial.args).toEqual([[number, 'duplex']]);
    clock.advance(10 * minuteMs);
    expect(updates()).toMatchObject([{ of: ref, stc: 42 }]);
  });

  test('that nobody answered leaves the next alarm its own receiver', () => {
    const { hub, sip, alarm, clock } = setUp();
    ask(hub, { to: number, mode: 'speaker-only' });
    clock.advance(10 * minuteMs);
    sip.dial.resetHistory();
    alarm();
    expect(sip.dial.args).toEqual([[receiver, 'duplex']]);
  });

  test('does not begin again after a restart: it was asked for once', () => {
    const { hub, journal } = setUp();
    ask(hub, { to: number });
    expect(journal.kept().filter(({ key }) => key === 'voice/call')).toEqual([]);
  });

  test.each([
    ['a number that is none', { to: '+46;ATH' }, 'to cannot be called'],
    ['a number that is no text', { to: 112 }, 'to cannot be called'],
    ['a way that is none', { mode: 'duplexx' }, 'mode is none; right would be duplex'],
  ])('with %s is refused, and the reason repeats no number', (_what, details, reason) => {
    const { hub, sip } = setUp();
    const result = ask(hub, details);
    expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) });
    expect(result?.reason).not.toMatch(/46|112/u);
    expect(sip.dial.called).toBe(false);
  });

  test('is refused where there is nobody to call, or no voice', () => {
    const reasonOf = (options: Parameters<typeof setUp>[0]) => {
      const result = ask(setUp(options).hub);
      close();
      return result?.reason;
    };
    expect(reasonOf({ paths: [] })).toBe('no voice is fitted to this hub');
    expect(reasonOf({ voice: { receiver: 'sip:operator@centre.example' }, paths: [createPath('modem')] })).toContain(
      'there is nobody to call',
    );
  });
});
