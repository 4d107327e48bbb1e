import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { tagText } from './visitsSection.ts';

const hash = '0a'.repeat(32);

function read(keys: Record<string, unknown>) {
  return readConfiguration({ hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } }, ...keys });
}

function messages(keys: Record<string, unknown>): string[] {
  const outcome = read(keys);
  return outcome.ok ? [] : outcome.problem.map(({ message }) => message);
}

test('what B9, B10 and B14 say of time is there by default', () => {
  expect(read({})).toMatchObject({
    value: {
      tags: [],
      visits: { repeatWithinMs: 3_000, awaitedForMs: 86_400_000, openAtMostMs: 14_400_000, shownForMs: 5_000 },
      installer: { endsAfterMs: 1_800_000 },
      enrolment: { windowMs: 600_000, weakestDbm: -75 },
    },
  });
});

test('a tag is known by the hash of its number, in whatever letters that is written', () => {
  expect(read({ tags: [{ name: 'day-staff', hash: hash.toUpperCase() }] })).toMatchObject({
    value: { tags: [{ name: 'day-staff', hash, installer: false }] },
  });
  expect(tagText('hub-0001', '0a0b0c0d0e')).toBe('hub-0001:0a0b0c0d0e');
});

test('a slip in a tag is told with what would be right', () => {
  expect(messages({ tags: [{ name: 'unknown', hash }] })[0]).toContain('neither hub nor unknown');
  expect(messages({ tags: [{ name: 'day-staff', hash: '0a0b0c0d0e' }] })[0]).toContain('64 hex digits');
  expect(messages({ tags: [{ name: 'day-staff', hash, installer: 'yes' }] })[0]).toContain('true or false');
});

test('two tags share neither a name nor a hash', () => {
  const other = '0b'.repeat(32);
  expect(
    messages({
      tags: [
        { name: 'a', hash },
        { name: 'a', hash: other },
      ],
    }),
  ).toEqual(['tags[2].name is "a", and so is that of tags[1]; each name once']);
  expect(
    messages({
      tags: [
        { name: 'a', hash },
        { name: 'b', hash: hash.toUpperCase() },
      ],
    })[0],
  ).toContain('each hash once');
});
