import { afterEach, describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

const everyMs = 23 * hourMs;

let home: HubAtWork;
afterEach(() => home.close());

/** What the test alarm has raised so far. */
function raised(): (string | number)[] {
  return home.records().flatMap(({ report, stc }) => (report === 'test' || report === 'fault' ? [report, stc] : []));
}

describe('the automatic test alarm', () => {
  test('goes out 23 h after the hub came into service, as the standard has it, and 23 h after each before (B5.1)', () => {
    home = startHubAtWork();
    home.clock.advance(everyMs - 1);
    expect(raised()).toEqual([]);
    home.clock.advance(1);
    expect(home.records()).toMatchObject([{ report: 'test', from: 'hub', dty: 2, stc: 102, pri: 2 }]);
    home.acknowledgeAll();
    home.clock.advance(everyMs);
    expect(raised()).toEqual(['test', 102, 'test', 102]);
  });

  test('says that it goes by the reserve when that is the path in use (B16)', () => {
    home = startHubAtWork();
    home.hub().paths.condition('reserve', 'up');
    home.clock.advance(everyMs);
    home.hub().paths.condition('primary', 'up');
    home.clock.advance(everyMs);
    const tests = home.records().filter(({ report }) => report === 'test');
    expect(tests.map(({ stc }) => stc)).toEqual([103, 102]);
  });

  test('not acknowledged within an hour is one fault, over restarts too (B5.3)', () => {
    home = startHubAtWork();
    home.clock.advance(everyMs + hourMs - 1);
    expect(raised()).toEqual(['test', 102]);
    home.restart();
    home.clock.advance(1);
    expect(raised()).toEqual(['test', 102, 'fault', 104]);
    home.restart();
    home.restart(minuteMs);
    home.clock.advance(hourMs);
    expect(raised()).toEqual(['test', 102, 'fault', 104]);
  });

  test('acknowledged in time is no fault, over restarts too', () => {
    home = startHubAtWork();
    home.clock.advance(everyMs);
    home.acknowledgeAll();
    home.restart();
    home.clock.advance(2 * hourMs);
    expect(raised()).toEqual(['test', 102]);
  });

  test('acknowledged, but the power went before that was all written down, is no fault either', () => {
    home = startHubAtWork();
    home.clock.advance(everyMs);
    const answer = home
      .journal()
      .kept()
      .filter(({ key }) => key === 'deadline/test-alarm-answer');
    expect(answer).toHaveLength(1);
    home.acknowledgeAll();
    home.journal().commit({ boot: 'boot-1', monotonicMs: 0, wallMs: 0, trusted: false }, [], answer);
    home.restart();
    home.clock.advance(2 * hourMs);
    expect(raised()).toEqual(['test', 102]);
  });

  test('counts its hour from the newest: an answer to an older one is not its own', () => {
    home = startHubAtWork({ testAlarm: { every: '30m' } });
    home.clock.advance(30 * minuteMs);
    const [older] = [...home.journal().pending()];
    home.clock.advance(30 * minuteMs);
    if (older !== undefined) home.hub().acknowledged(older, { path: 'primary', body: {} });
    home.clock.advance(29 * minuteMs);
    expect(raised()).toEqual(['test', 102, 'test', 102]);
  });

  test.each([
    ['at once when it fell due while the program was off', 0],
    ['at once when it fell due during a power cut', 20 * hourMs],
  ])('goes out once, %s (B5.1)', (_, powerCutMs) => {
    home = startHubAtWork();
    home.clock.advance(everyMs - 10 * minuteMs);
    home.restart(powerCutMs === 0 ? 0 : powerCutMs);
    home.clock.advance(10 * minuteMs);
    expect(raised()).toEqual(['test', 102]);
    home.acknowledgeAll();
    home.restart();
    home.clock.advance(everyMs - 11 * minuteMs);
    expect(raised()).toEqual(['test', 102]);
    home.clock.advance(11 * minuteMs);
    expect(raised()).toEqual(['test', 102, 'test', 102]);
  });

  test('lights nothing and makes no sound (B5.2)', () => {
    home = startHubAtWork();
    const seen = [...home.lights];
    home.clock.advance(everyMs + 2 * hourMs);
    expect([home.lights, home.sounds]).toEqual([seen, []]);
  });
});
