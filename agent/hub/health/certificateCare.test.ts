import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { renewBeforeMs } from './certificateCare.ts';

let home: HubAtWork;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

const told = () => home.records().map(({ report, did, stc, pri }) => ({ report, did, stc, pri }));
const due = { report: 'maintenance', did: 'certificate', stc: 65, pri: 3 };

test('thirty days before its certificate ends a hub asks for maintenance, once, over restarts too', () => {
  const endMs = home.clock.wallMs() + renewBeforeMs;
  home.hub().certificateEnds(endMs + 1);
  expect(told()).toEqual([]);
  home.hub().certificateEnds(endMs);
  home.hub().certificateEnds(endMs);
  home.restart();
  home.hub().certificateEnds(endMs);
  expect(told()).toEqual([due]);
});

test('a new certificate ends it', () => {
  home.hub().certificateEnds(home.clock.wallMs() + dayMs);
  home.hub().certificateEnds(home.clock.wallMs() + 365 * dayMs);
  expect(told()).toEqual([due, { report: 'restore', did: 'certificate', stc: 70, pri: 1 }]);
});
