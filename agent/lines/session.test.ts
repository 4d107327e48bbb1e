import { describe, expect, test } from 'vitest';
import type { LineListener } from '#protocol/core/line.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { startSessionInHand } from '#test/sessionInHand.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { sessionDefaults, startSession } from './session.ts';

describe('a session with a serial device', () => {
  test('opens, probes, and is ready when the device answers', () => {
    const { clock, hand, news } = startSessionInHand();
    expect(news()).toEqual([]);
    clock.advance(1_000);
    expect(news()).toEqual(['0 open', '0 probe', '0.1 ready']);
    expect(hand.story).toEqual(['opened']);
  });

  test('probes after each minute of silence and says nothing while the device answers', () => {
    const { clock, hand, news } = startSessionInHand();
    clock.advance(30_000);
    hand.receive(Uint8Array.of(1));
    clock.advance(59_999);
    expect(news()).toEqual(['0 open', '0 probe', '0.1 ready']);
    clock.advance(70_001);
    expect(news()).toEqual(['90 probe', '150.1 probe']);
  });

  test('counts the silence on a clock with parts of milliseconds too, where a rest of it can be too small to add', () => {
    const { clock, hand, news } = startSessionInHand();
    clock.advance(100);
    news();
    // One of the moments whose 60 s, taken apart and put together again, are a hair too short.
    clock.advance(198_424 / 7.3 / 5);
    hand.receive(Uint8Array.of(1));
    clock.advance(60_100);
    expect(news()).toHaveLength(1);
  });

  test('climbs the ladder when the device is silent, reports it once, and goes on for ever, slower and slower', () => {
    const { clock, device, news } = startSessionInHand();
    device.alive = false;
    clock.advance(59_999);
    expect(news()).toEqual([
      '0 open',
      '0 probe',
      '2 probe',
      '4 reset',
      '5 probe',
      '7 probe',
      '10 open',
      '10 probe',
      '12 probe',
      '14 failing: no answer, not after reset, reopen either',
      '24 probe',
      '26 probe',
      '28 reset',
      '29 probe',
      '31 probe',
      '34 open',
      '34 probe',
      '36 probe',
      '58 probe',
    ]);
    clock.advance(24 * 60 * 60_000);
    const rounds = news().filter((line) => line.endsWith('reset')).length;
    expect(rounds).toBeGreaterThan(200);
    expect(rounds).toBeLessThan((24 * 60 * 60_000) / sessionDefaults.roundPauseLimitMs);
  });

  test('is ready again as soon as the device answers again, and starts the ladder from its foot next time', () => {
    const { clock, device, news } = startSessionInHand();
    device.alive = false;
    clock.advance(20_000);
    device.alive = true;
    clock.advance(10_000);
    expect(news().slice(-3)).toEqual([
      '14 failing: no answer, not after reset, reopen either',
      '24 probe',
      '24.1 ready',
    ]);
    device.alive = false;
    clock.advance(65_000);
    expect(news()).toEqual([
      '84.1 probe',
      '86.1 probe',
      '88.1 reset',
      '89.1 probe',
      '91.1 probe',
      '94.1 open',
      '94.1 probe',
    ]);
  });

  test('reopens without a reset where the device has none', () => {
    const { clock, device, news } = startSessionInHand({ noReset: true });
    device.alive = false;
    clock.advance(6_000);
    expect(news()).toEqual(['0 open', '0 probe', '2 probe', '5 open', '5 probe']);
  });

  test('cycles the power where the port can, and does not wait for ever until it has', () => {
    const dones: (() => void)[] = [];
    const { clock, device, session, news } = startSessionInHand({
      noReset: true,
      powerCycle: (done) => void dones.push(done),
    });
    device.alive = false;
    clock.advance(10_000);
    expect(session.counters().powerCycles).toBe(1);
    clock.advance(28_999);
    expect(news().slice(-2)).toEqual(['5 probe', '7 probe']);
    clock.advance(1);
    expect(news()).toEqual(['39 open', '39 probe']);
    dones[0]?.();
    clock.advance(1_000);
    expect(news()).toEqual([]);
    clock.advance(20_000);
    expect(news()[1]).toBe('43 failing: no answer, not after reopen, power cycle either');
  });

  test('opens the line soon after the power is back', () => {
    const { clock, device, news } = startSessionInHand({
      noReset: true,
      powerCycle: (done) => {
        device.alive = true;
        clock.at(clock.monotonicMs() + 3_000, done);
      },
    });
    device.alive = false;
    clock.advance(20_000);
    expect(news().slice(-3)).toEqual(['13 open', '13 probe', '13.1 ready']);
  });

  test('opens an unplugged line again each second and reports nothing when it is back soon', () => {
    const { clock, hand, news } = startSessionInHand();
    clock.advance(1_000);
    hand.unplug();
    clock.advance(4_500);
    hand.plug();
    clock.advance(20_000);
    expect(news()).toEqual([
      '0 open',
      '0 probe',
      '0.1 ready',
      '2 open',
      '3 open',
      '4 open',
      '5 open',
      '6 open',
      '6 probe',
    ]);
  });

  test('reports a line that stays away, keeps trying, each second and later each ten, and is ready when it is back', () => {
    const { clock, hand, session, news } = startSessionInHand();
    hand.unplug();
    clock.advance(11_000);
    expect(news().filter((line) => line.includes('failing'))).toEqual(['10 failing: no such port']);
    clock.advance(60 * 60_000);
    news();
    expect(session.counters().opens).toBeLessThan(60 + 60 * 6 + 10);
    hand.plug();
    clock.advance(11_000);
    expect(news().at(-1)).toMatch(/ ready$/u);
    hand.unplug();
    clock.advance(3_500);
    expect(news()).toHaveLength(3);
  });

  test('cycles the power of a port whose device has fallen off it', () => {
    const { clock, hand, session, news } = startSessionInHand({
      powerCycle(done) {
        hand.plug();
        done();
      },
    });
    hand.unplug();
    clock.advance(58_999);
    expect(session.counters().powerCycles).toBe(0);
    clock.advance(5_000);
    expect(session.counters().powerCycles).toBe(1);
    expect(news().at(-1)).toMatch(/ ready$/u);
  });

  test('gives up an opening that neither opens nor closes, and does not hear of it any more', () => {
    const clock = createVirtualClock();
    const listeners: LineListener[] = [];
    let closes = 0;
    let probes = 0;
    const nothing = () => undefined;
    startSession({
      name: 'device',
      openLine: (_, listener) => {
        listeners.push(listener);
        return { write: nothing, close: () => void (closes += 1) };
      },
      lineSettings: { baudRate: 9_600 },
      clock,
      log: createLogRecorder().log,
      device: { restarted: nothing, received: nothing, probe: () => void (probes += 1) },
      listener: { ready: nothing, failing: nothing },
    });
    clock.advance(12_000);
    listeners[0]?.opened();
    expect({ opens: listeners.length, closes, probes }).toEqual({ opens: 2, closes: 1, probes: 0 });
    listeners[1]?.opened();
    listeners[0]?.closed('late');
    expect({ closes, probes }).toEqual({ closes: 1, probes: 1 });
  });

  test('takes a line that opens or fails before its opener has it in hand', () => {
    const clock = createVirtualClock();
    const story: string[] = [];
    const nothing = () => undefined;
    startSession({
      name: 'device',
      openLine: (_, listener) => {
        if (story.push('open') === 1) listener.closed('at once');
        else listener.opened();
        return { write: nothing, close: nothing };
      },
      lineSettings: { baudRate: 9_600 },
      clock,
      log: createLogRecorder().log,
      device: { restarted: nothing, received: nothing, probe: (answered) => void answered() },
      listener: { ready: () => void story.push('ready'), failing: nothing },
    });
    clock.advance(1_500);
    expect(story).toEqual(['open', 'open', 'ready']);
  });

  test('does not take an answer that comes after its deadline for the next probe’s', () => {
    const { clock, device, news } = startSessionInHand();
    device.alive = false;
    clock.advance(1_000);
    const late = device.lateAnswer;
    clock.advance(2_000);
    expect(late()).toBe(false);
    clock.advance(2_000);
    expect(news()).toEqual(['0 open', '0 probe', '2 probe', '4 reset', '5 probe']);
  });

  test('survives a line that closes in the middle of a reset', () => {
    const { clock, hand, device, news } = startSessionInHand();
    device.alive = false;
    device.whenReset = () => {
      hand.unplug();
      hand.plug();
      device.alive = true;
    };
    clock.advance(6_000);
    expect(news()).toEqual(['0 open', '0 probe', '2 probe', '4 reset', '5 open', '5 probe', '5.1 ready']);
  });

  test('forgets how far it had climbed once the device answers', () => {
    const { clock, device, news } = startSessionInHand();
    device.alive = false;
    device.whenReset = () => {
      device.alive = true;
    };
    clock.advance(10_000);
    device.alive = false;
    clock.advance(60_000);
    expect(news().filter((line) => line.endsWith('reset'))).toEqual(['4 reset', '69.1 reset']);
  });

  test('forgets its long pauses once the device answers', () => {
    const { clock, device, news } = startSessionInHand();
    device.alive = false;
    clock.advance(40 * 60_000);
    device.alive = true;
    clock.advance(5 * 60_000);
    news();
    device.alive = false;
    clock.advance(120_000);
    const story = news();
    const failing = story.findIndex((line) => line.includes('failing'));
    const [failedAt, probedAt] = story.slice(failing, failing + 2).map((line) => Number.parseFloat(line));
    expect((probedAt ?? 0) - (failedAt ?? 0)).toBeCloseTo(10);
  });

  test('writes only while the line is open', () => {
    const { clock, hand, session } = startSessionInHand();
    const written: Uint8Array[] = [];
    hand.onWrite = (bytes) => written.push(bytes);
    session.write(Uint8Array.of(1));
    clock.advance(1_000);
    session.write(Uint8Array.of(2));
    hand.unplug();
    session.write(Uint8Array.of(3));
    expect(written).toEqual([Uint8Array.of(2)]);
  });

  test.each([0, 50, 5_000, 12_000])('leaves nothing behind when it is stopped after %i ms', (afterMs) => {
    const { clock, hand, device, session, news } = startSessionInHand();
    device.alive = false;
    clock.advance(afterMs);
    if (afterMs > 10_000) hand.unplug();
    session.stop();
    news();
    clock.advance(60 * 60_000);
    hand.receive(Uint8Array.of(1));
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: [], waiting: 0 });
  });
});

describe('a session with a device that cannot be asked', () => {
  test('is ready when its line has stayed open for a second, and leaves it in peace however silent it is', () => {
    const { clock, hand, session, news } = startSessionInHand({ noProbe: true });
    clock.advance(24 * 60 * 60_000);
    expect(news()).toEqual(['0 open', '1 ready']);
    expect(hand.story).toEqual(['opened']);
    expect(session.counters()).toMatchObject({ opens: 1, probes: 0, resets: 0 });
  });

  test('is failing when its line is gone for longer than a hiccup, and ready again with it', () => {
    const { clock, hand, news } = startSessionInHand({ noProbe: true });
    clock.advance(2_000);
    hand.unplug();
    clock.advance(5_000);
    hand.plug();
    clock.advance(60_000);
    expect(news().filter((line) => !line.endsWith('open'))).toEqual(['1 ready']);
    hand.unplug();
    clock.advance(30_500);
    hand.plug();
    clock.advance(60_000);
    expect(news().filter((line) => !line.endsWith('open'))).toEqual(['77 failing: unplugged', '99 ready']);
  });

  test('is failing while its line opens and closes again and again', () => {
    const { clock, hand, news } = startSessionInHand({ noProbe: true });
    clock.advance(2_000);
    for (let round = 0; round < 20; round += 1) {
      hand.unplug();
      hand.plug();
      clock.advance(1_500);
    }
    clock.advance(60_000);
    expect(news().filter((line) => !line.endsWith('open'))).toEqual([
      '1 ready',
      '12 failing: unplugged',
      expect.stringMatching(/ready$/u),
    ]);
  });

  test('leaves nothing behind when it is stopped before it was ready', () => {
    const { clock, session, news } = startSessionInHand({ noProbe: true });
    clock.advance(500);
    session.stop();
    clock.advance(60_000);
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: ['0 open'], waiting: 0 });
  });
});
