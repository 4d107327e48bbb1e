import { expect, test } from 'vitest';
import { brokenBy, did } from '#test/handTrace.ts';
import { checkOrders } from './orders.ts';

const order = (atMs: number, flaw: { signature?: 'none'; counter?: number } = {}) =>
  did(atMs, { word: 'command', name: 'test-alarm', details: {}, ...flaw });
const result = (atMs: number, id: string, outcome = 'done') =>
  ({ kind: 'result', atMs, at: 'primary', command: 'test-alarm', id, outcome }) as const;

test('an order is done, and its result may come twice', () => {
  expect(brokenBy(checkOrders, [order(0), result(100, 'C1'), result(200, 'C1')])).toEqual([]);
});

test('what nobody has signed is not done', () => {
  expect(brokenBy(checkOrders, [order(0, { signature: 'none' }), result(100, 'C1')])).toEqual(['B11.2']);
});

test('what is played again is not done a second time, and the first of all may have any number', () => {
  const again = [order(0), result(100, 'C1'), order(200, { counter: 1 })];
  expect(brokenBy(checkOrders, [...again, result(300, 'C2')])).toEqual(['B11.2']);
  expect(brokenBy(checkOrders, [...again, result(300, 'C2', 'refused')])).toEqual([]);
  expect(brokenBy(checkOrders, [order(0, { counter: 1 }), result(100, 'C1')])).toEqual([]);
});
