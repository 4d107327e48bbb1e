import { afterEach, describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

function start(layer: Readonly<Record<string, unknown>> = {}): HubAtWork {
  home = startHubAtWork(layer);
  return home;
}

const reportsOf = ({ records }: HubAtWork) => records().map(({ report, stc, dty, pri }) => [report, stc, dty, pri]);
const pathsOf = ({ entries }: HubAtWork) => entries().flatMap(({ kind, body }) => (kind === 'path' ? [body] : []));
const fault = ['fault', 26, 32, 4];
const restore = ['restore', 115, 32, 4];

function connectBoth(at: HubAtWork): void {
  at.hub().paths.condition('primary', 'up');
  at.hub().paths.condition('reserve', 'up');
}

function loseBySilence({ hub }: HubAtWork): void {
  for (let count = 0; count < 3; count += 1) hub().paths.unanswered('primary');
}

describe('the path in use', () => {
  test('is in the journal at each change, with the cause, and nowhere else', () => {
    const at = start();
    connectBoth(at);
    at.hub().paths.answered('primary');
    at.hub().paths.unanswered('primary');
    at.hub().paths.answered('primary');
    at.hub().paths.condition('primary', 'down');
    at.hub().paths.condition('reserve', 'down');
    expect(pathsOf(at)).toEqual([
      { use: 'primary', why: 'connected' },
      { use: 'reserve', why: 'connection-lost' },
      { use: 'none', why: 'connection-lost' },
    ]);
  });

  test('is none while the best there is counts as down, and heartbeats still go there', () => {
    const at = start();
    at.hub().paths.condition('primary', 'up');
    loseBySilence(at);
    expect([at.hub().state().path, at.hub().paths.inUse()]).toEqual(['none', 'primary']);
    at.hub().paths.answered('primary');
    expect(at.hub().state().path).toBe('primary');
    at.hub().paths.condition('primary', 'absent');
    expect(at.hub().state().path).toBe('none');
    expect(pathsOf(at).map(({ why }: Readonly<Record<string, unknown>>) => why)).toEqual([
      'connected',
      'unanswered',
      'answers-again',
      'centre-offline',
    ]);
  });

  test('takes as many unanswered heartbeats and answers as the configuration says', () => {
    const at = start({ heartbeat: { unanswered: 1, answersToReturn: 2 } });
    connectBoth(at);
    at.hub().paths.unanswered('primary');
    expect(at.hub().state().path).toBe('reserve');
    at.hub().paths.answered('primary');
    expect(at.hub().state().path).toBe('reserve');
    at.hub().paths.answered('primary');
    expect(at.hub().state().path).toBe('primary');
  });
});

describe('what is known to be down (B2.4)', () => {
  test('is the primary from its loss until it has proven itself', () => {
    const at = start();
    const { paths } = at.hub();
    connectBoth(at);
    expect([paths.isSuspect('primary'), paths.isSuspect('reserve')]).toEqual([false, false]);
    loseBySilence(at);
    paths.answered('primary');
    paths.answered('primary');
    expect([paths.isSuspect('primary'), paths.isSuspect('reserve')]).toEqual([true, false]);
    paths.answered('primary');
    expect(paths.isSuspect('primary')).toBe(false);
  });

  test('is the reserve too when it is silent or says that it is not there', () => {
    const at = start();
    const { paths } = at.hub();
    connectBoth(at);
    paths.condition('reserve', 'absent');
    expect(paths.isSuspect('reserve')).toBe(true);
    paths.condition('reserve', 'up');
    paths.condition('primary', 'down');
    for (let count = 0; count < 3; count += 1) paths.unanswered('reserve');
    expect(paths.isSuspect('reserve')).toBe(true);
    paths.answered('reserve');
    expect(paths.isSuspect('reserve')).toBe(false);
  });
});

describe('the loss of the primary (B16)', () => {
  test('is a fault once the reserve was used for a minute, and a restore once the primary answers again', () => {
    const at = start();
    connectBoth(at);
    loseBySilence(at);
    at.clock.advance(minuteMs - 1);
    expect(reportsOf(at)).toEqual([]);
    at.clock.advance(hourMs);
    expect(reportsOf(at)).toEqual([fault]);
    for (let count = 0; count < 3; count += 1) at.hub().paths.answered('primary');
    at.hub().paths.answered('primary');
    at.hub().paths.answered('primary');
    expect(reportsOf(at)).toEqual([fault, restore]);
  });

  test('is none when it is over within the minute, or when the whole link is gone', () => {
    const at = start();
    connectBoth(at);
    at.hub().paths.condition('primary', 'down');
    at.clock.advance(30 * secondMs);
    at.hub().paths.condition('reserve', 'down');
    at.clock.advance(hourMs);
    at.hub().paths.condition('reserve', 'up');
    at.clock.advance(30 * secondMs);
    at.hub().paths.condition('primary', 'up');
    at.clock.advance(hourMs);
    expect(reportsOf(at)).toEqual([]);
  });

  test('is reported also when the primary was never there since the start', () => {
    const at = start();
    at.hub().paths.condition('reserve', 'up');
    at.clock.advance(minuteMs);
    expect(reportsOf(at)).toEqual([fault]);
  });

  test('is not reported again after a restart, and restored only by an answer, not by a connection', () => {
    const at = start();
    connectBoth(at);
    loseBySilence(at);
    at.clock.advance(minuteMs);
    at.restart();
    connectBoth(at);
    loseBySilence(at);
    at.clock.advance(hourMs);
    expect(reportsOf(at)).toEqual([fault]);
    at.restart();
    connectBoth(at);
    at.hub().paths.answered('primary');
    expect(reportsOf(at)).toEqual([fault, restore]);
  });
});
