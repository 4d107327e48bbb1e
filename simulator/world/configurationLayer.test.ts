import { expect, test } from 'vitest';
import { layOver } from './configurationLayer.ts';

test('maps are merged key by key, named entries by their names, and anything else is replaced', () => {
  const below = {
    paths: { rounds: 16, roundEvery: '30s' },
    accessories: [{ name: 'pendant', kind: 'pendant', id: '01', profile: 'F6-02-01' }],
    hours: ['22:00-06:00'],
  };
  expect(layOver(below, { paths: { rounds: 2 }, hours: ['00:00-24:00'], log: { level: 'warn' } })).toEqual({
    ...below,
    paths: { rounds: 2, roundEvery: '30s' },
    hours: ['00:00-24:00'],
    log: { level: 'warn' },
  });
  expect(layOver(below, { accessories: [{ name: 'pendant', location: 'hall' }, { name: 'new' }] })).toEqual({
    ...below,
    accessories: [
      { name: 'pendant', kind: 'pendant', id: '01', profile: 'F6-02-01', location: 'hall' },
      { name: 'new' },
    ],
  });
});

test('an empty list adds nothing, and another kind loses the profile of the old one', () => {
  const below = { accessories: [{ name: 'pendant', kind: 'pendant', profile: 'F6-02-01' }] };
  expect(layOver(below, { accessories: [] })).toEqual(below);
  expect(layOver(below, { accessories: [{ name: 'pendant', kind: 'smoke' }] })).toEqual({
    accessories: [{ name: 'pendant', kind: 'smoke' }],
  });
});
