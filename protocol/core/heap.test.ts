import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from './heap.ts';

test('whatever is pushed comes out in order, also when pushes and pops mix', () => {
  assert(
    property(array(integer()), array(integer()), (first, second) => {
      const heap = createHeap<number>((a, b) => a < b);
      first.forEach((value) => heap.push(value));
      const smallest = heap.pop();
      second.forEach((value) => heap.push(value));
      const rest = first.toSorted((a, b) => a - b).slice(1);
      const sorted = [...rest, ...second].toSorted((a, b) => a - b);
      const popped = [];
      while (heap.size() > 0) {
        popped.push(heap.pop());
      }
      expect(smallest).toBe(first.length === 0 ? undefined : Math.min(...first));
      expect(popped).toEqual(sorted);
    }),
  );
});
