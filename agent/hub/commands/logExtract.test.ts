import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tagText } from '#protocol/configuration/visitsSection.ts';
import { type HubAtWork, sha256, startHubAtWork } from '#test/hubAtWork.ts';

const tagNumber = '0a0b0c0d0e';
const pin = '4711';
let home: HubAtWork;
beforeEach(
  () =>
    (home = startHubAtWork({
      modem: { pin },
      tags: [{ name: 'day-staff', hash: sha256(tagText('hub-0001', tagNumber)) }],
    })),
);
afterEach(() => home.close());

describe('an extract of the journal (B13.1, H17)', () => {
  test('tells what happened within a period, and which piece comes next', () => {
    home.reader().tag(tagNumber);
    const result = home.command('log-extract', { from: '2026-01-15', to: '2026-01-16T00:00:00Z' });
    expect(result).toMatchObject({ outcome: 'done', body: { format: 'json', part: 1 } });
    expect(result.body?.['entries']).toContainEqual(expect.objectContaining({ kind: 'visit' }));
    expect(result.body).not.toHaveProperty('next');
    expect(home.command('log-extract', { to: '2026-01-15' }).body).toMatchObject({ count: 0 });
  });

  test('holds no number of a tag and no PIN', () => {
    home.reader().tag(tagNumber);
    home.reader().tag('0e0d0c0b0a');
    home.acknowledgeAll();
    const told = JSON.stringify(home.command('log-extract', {}));
    expect(told).toContain('day-staff');
    expect(told).not.toMatch(/0a0b0c0d0e|0e0d0c0b0a|4711/u);
  });

  test('is written into the journal as a command, and what was found out is kept nowhere', () => {
    home.command('log-extract', { format: 'csv' });
    expect(home.entries().at(-1)).toMatchObject({ kind: 'command', body: { name: 'log-extract', outcome: 'done' } });
    expect(JSON.stringify(home.journal().kept())).not.toContain('seq,time');
  });

  test('has the same answer after a restart, read again', () => {
    const { id } = home.command('log-extract', { format: 'csv' });
    home.restart();
    expect(home.hub().results.resultOf(id)?.body?.['text']).toContain('seq,time');
  });

  test.each([
    ['a format that is none', { format: 'pdf' }, 'format is neither'],
    ['a begin that is no time', { from: 'yesterday' }, 'from is no time'],
    ['an end that is no time', { to: 12 }, 'to is no time'],
    ['a place that no piece has told', { next: '3' }, 'next is none'],
  ])('with %s is refused, with what would be right', (_what, details, reason) => {
    expect(home.command('log-extract', details)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  test('from behind its end is an empty piece', () => {
    expect(home.command('log-extract', { next: '2-9-9' })).toMatchObject({ body: { part: 2, count: 0 } });
  });
});
