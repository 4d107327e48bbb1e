import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { salvagedKey } from './ports.ts';

let home: HubAtWork;

beforeEach(() => {
  home = startHubAtWork({});
});

afterEach(() => home.close());

/** The journal was made anew at the next start, and this is what its salvage leaves behind. */
function startSalvaged(lostAlarms: number): void {
  const stamp = { boot: 'boot-1', monotonicMs: 0, wallMs: 0, trusted: false };
  home.journal().commit(stamp, [], [{ key: salvagedKey, value: { reason: 'damaged', lostAlarms } }]);
  home.restart();
}

const told = () => home.records().map(({ report, from, stc }) => `${report} ${from} ${stc}`);

describe('a journal that was salvaged', () => {
  test('is a fault, told once, and well again when it has taken everything for a while (B16)', () => {
    startSalvaged(0);
    expect(told()).toEqual(['fault hub 68']);
    home.clock.advance(25 * minuteMs);
    expect(told()).toEqual(['fault hub 68', 'restore hub 70']);
    home.restart();
    home.clock.advance(25 * minuteMs);
    expect(told()).toHaveLength(2);
  });

  test('with an alarm of which nothing but the reference is left: the hub calls in its own name (B1.1)', () => {
    startSalvaged(2);
    expect(told()).toEqual(['alarm hub 10', 'fault hub 68']);
    home.restart();
    expect(told()).toEqual(['alarm hub 10', 'fault hub 68']);
  });
});

test('a journal that cannot be kept within its bounds is a fault, though nothing was to be committed', () => {
  home.journal().close();
  home.clock.advance(61 * minuteMs);
  expect(told()).toEqual(['fault hub 68']);
});
