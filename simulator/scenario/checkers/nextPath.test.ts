import { expect, test } from 'vitest';
import { arrival, type Happening } from '#test/handWorld.ts';
import { brokenBy } from '#test/handTrace.ts';
import type { CentreName } from '#simulator/world/world.ts';
import { checkNextPath } from './nextPath.ts';

const [hold, notTreated] = [4, 5];
const beat: Happening = {
  kind: 'heartbeat',
  atMs: 0,
  at: 'primary',
  hub: 'hub-0001',
  beat: 1,
  probe: false,
  waiting: 0,
  answered: true,
};
const at = (atMs: number, changes: object) => arrival(atMs, 'A', changes);
const path = (atMs: number, is: 'up' | 'down', to: CentreName = 'primary') =>
  ({ kind: 'path', atMs, at: to, is }) as const;
const longer = { endMs: 7_200_000 };

test('what the primary does not treat goes to the reserve, and so does what it does not answer in time', () => {
  expect(brokenBy(checkNextPath, [beat, at(60_000, { answer: notTreated })])).toEqual(['B2.2']);
  expect(brokenBy(checkNextPath, [beat, at(60_000, { answer: notTreated }), at(60_100, { at: 'reserve' })])).toEqual(
    [],
  );
  const silent = { answer: undefined };
  expect(brokenBy(checkNextPath, [beat, at(60_000, silent), at(70_100, { at: 'reserve' })])).toEqual([]);
  expect(brokenBy(checkNextPath, [beat, at(60_000, silent), at(90_000, { at: 'reserve' })])).toEqual(['B2.2']);
});

test('a forged answer is none', () => {
  expect(brokenBy(checkNextPath, [beat, at(60_000, { forged: true })])).toEqual(['B2.2']);
});

test('who works with the reserve, or whose way has just changed, is not judged', () => {
  expect(brokenBy(checkNextPath, [{ ...beat, at: 'reserve' }, at(60_000, { answer: notTreated })])).toEqual([]);
  expect(brokenBy(checkNextPath, [beat, path(50_000, 'up'), at(60_000, { answer: notTreated })])).toEqual([]);
});

test('nobody holds a report for longer than half an hour', () => {
  const held = Array.from({ length: 200 }, (_, place) => at(60_000 + place * 10_000, { answer: hold }));
  expect(brokenBy(checkNextPath, [beat, ...held], longer)).toEqual(['B2.2']);
  const passedOn = [...held.slice(0, 181), at(1_870_100, { at: 'reserve' })];
  expect(brokenBy(checkNextPath, [beat, ...passedOn], longer)).toEqual([]);
});

test('a primary that is there a little later than a reserve that does not treat it is the next one', () => {
  const both = [path(0, 'down'), path(0, 'down', 'reserve')];
  const rest = [at(60_000, { at: 'reserve', answer: notTreated }), path(61_000, 'up')];
  const story = [...both, path(59_900, 'up', 'reserve'), ...rest];
  expect(brokenBy(checkNextPath, story)).toEqual(['B2.2']);
  expect(brokenBy(checkNextPath, [...story, at(61_100, {})])).toEqual([]);
  // A primary that was lost while the reserve was there must prove itself first.
  expect(brokenBy(checkNextPath, [path(0, 'down'), ...rest])).toEqual([]);
});
