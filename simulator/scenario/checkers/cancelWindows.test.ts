import { expect, test } from 'vitest';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import { checkCancelWindows } from './cancelWindows.ts';

/** The fall detector's window is 20 s. */
const fall = { kind: 'telegram', atMs: 40_000, from: 'fall', what: 'press', copy: 0, heard: true } as const;
const cancel = (atMs: number) => did(atMs, { word: 'button', name: 'cancel' });
const raised = (atMs: number) => committed(atMs, 'A', { from: 'fall', status: 9 });
const hub = (atMs: number, is: 'crashed' | 'starting') => ({ kind: 'hub', atMs, is }) as const;

test('an alarm goes out when its window is over, and not when it was cancelled', () => {
  expect(brokenBy(checkCancelWindows, [fall, raised(60_000)])).toEqual([]);
  expect(brokenBy(checkCancelWindows, [fall])).toEqual(['B1.5']);
  expect(brokenBy(checkCancelWindows, [fall, cancel(50_000)])).toEqual([]);
  expect(brokenBy(checkCancelWindows, [fall, cancel(50_000), raised(60_000)])).toEqual(['B1.5']);
});

test('of a fall and a button at one and the same moment either may have come first', () => {
  expect(brokenBy(checkCancelWindows, [fall, cancel(40_000), raised(60_000)])).toEqual([]);
  expect(brokenBy(checkCancelWindows, [fall, cancel(40_000)])).toEqual([]);
});

test('a program that starts anew in the window goes on with it, or begins it again', () => {
  const crash = [fall, hub(50_000, 'crashed'), hub(55_000, 'starting')];
  expect(brokenBy(checkCancelWindows, [...crash, raised(60_000)])).toEqual([]);
  expect(brokenBy(checkCancelWindows, [...crash, raised(76_000)])).toEqual([]);
  expect(brokenBy(checkCancelWindows, crash)).toEqual(['B1.5']);
});

test('who judges must know that the fall was heard: not of a hub that just starts, nor of a bad disk', () => {
  expect(brokenBy(checkCancelWindows, [hub(35_000, 'starting'), fall])).toEqual([]);
  expect(brokenBy(checkCancelWindows, [{ ...fall, heard: false }])).toEqual([]);
  expect(brokenBy(checkCancelWindows, [did(0, { word: 'disk', is: 'failing' }), fall])).toEqual([]);
});
