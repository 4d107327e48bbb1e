import { expect, test } from 'vitest';
import { createCells } from './cells.ts';

test.each([
  ['of twelve volts', 12, 13.6, 2.267],
  ['of a model that does not say what it is made for', undefined, 13.6, 2.267],
  ['of 24 volts', 24, 27.4, 2.283],
  ['of 24 volts that nobody says', undefined, 27.4, 2.283],
  ['of 96 volts', 96, 108.5, 2.26],
  ['of a model for 24 volts that tells one of its two batteries', 24, 13.6, 2.267],
])('a cell has its voltage in a battery %s', (_which, rated, volts, cellVolts) => {
  const cells = createCells();
  cells.rated(rated);
  expect(cells.volts({ volts, of: 'battery' })).toBeCloseTo(cellVolts, 2);
});

test("a cell's own voltage is what it is", () => {
  expect(createCells().volts({ volts: 2.05, of: 'cell' })).toBe(2.05);
});

test('the number of cells is kept when the battery is empty, and found anew for another supply', () => {
  const cells = createCells();
  cells.volts({ volts: 27.4, of: 'battery' });
  expect(cells.volts({ volts: 18.2, of: 'battery' })).toBeCloseTo(1.517, 2);
  cells.rated(12);
  expect(cells.volts({ volts: 13.2, of: 'battery' })).toBeCloseTo(2.2, 2);
});

test('nobody can tell it where there is no voltage', () => {
  expect(createCells().volts({ volts: 0, of: 'battery' })).toBeUndefined();
  expect(createCells().volts({ volts: 3, of: 'battery' })).toBeUndefined();
});
