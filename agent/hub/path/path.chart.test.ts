import { describe, expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { type PathEvent, pathChart } from './path.chart.ts';

const limit = 3;
const primaryUp: PathEvent = { type: 'condition', path: 'primary', is: 'up' };
const primaryAbsent: PathEvent = { type: 'condition', path: 'primary', is: 'absent' };
const primaryDown: PathEvent = { type: 'condition', path: 'primary', is: 'down' };
const reserveUp: PathEvent = { type: 'condition', path: 'reserve', is: 'up' };
const reserveAbsent: PathEvent = { type: 'condition', path: 'reserve', is: 'absent' };
const reserveDown: PathEvent = { type: 'condition', path: 'reserve', is: 'down' };
const answered: PathEvent = { type: 'answered' };
const unanswered: PathEvent = { type: 'unanswered', limit };
const probeAnswered: PathEvent = { type: 'probe-answered', limit };
const probeUnanswered: PathEvent = { type: 'probe-unanswered' };
const silence = [unanswered, unanswered, unanswered];

/** What is decided, in words: the paths that are used and why, and whether the one in use is silent. */
function decided(...events: readonly PathEvent[]): string[] {
  const chart = startChart(pathChart, createLogRecorder().log);
  return events.flatMap((event) =>
    chart
      .send(event)
      .map((decision) =>
        decision.type === 'silent' ? (decision.is ? 'silent' : 'heard') : `${decision.path}: ${decision.why}`,
      ),
  );
}

const toPrimary = 'primary: connected';

describe('the path in use (B4.4)', () => {
  test('is the primary when both are there, whichever connected first', () => {
    expect(decided(primaryUp, reserveUp)).toEqual([toPrimary]);
    expect(decided(reserveUp, primaryUp)).toEqual(['reserve: connected', toPrimary]);
  });

  test('is the reserve after three unanswered heartbeats in a row, not after two', () => {
    expect(decided(primaryUp, reserveUp, unanswered, unanswered, answered, unanswered, unanswered)).toEqual([
      toPrimary,
    ]);
    expect(decided(primaryUp, reserveUp, ...silence)).toEqual([toPrimary, 'silent', 'reserve: unanswered']);
  });

  test('stays the primary while there is no reserve, and moves when there is one', () => {
    expect(decided(primaryUp, ...silence, ...silence, reserveUp)).toEqual([toPrimary, 'silent', 'reserve: unanswered']);
    expect(decided(primaryUp, ...silence, answered, reserveUp)).toEqual([toPrimary, 'silent', 'heard']);
  });

  test('is the reserve at once when the connection is dead, or the centre says that it goes', () => {
    expect(decided(primaryUp, reserveUp, primaryDown)).toEqual([toPrimary, 'reserve: connection-lost']);
    expect(decided(primaryUp, reserveUp, primaryAbsent)).toEqual([toPrimary, 'reserve: centre-offline']);
    expect(decided(primaryUp, primaryAbsent, reserveAbsent, reserveUp)).toEqual([toPrimary, 'reserve: centre-offline']);
  });

  test('is the primary again after three answered probes in a row, not after two', () => {
    const lost = [primaryUp, reserveUp, ...silence];
    const words = [toPrimary, 'silent', 'reserve: unanswered'];
    expect(decided(...lost, probeAnswered, probeAnswered, probeUnanswered, probeAnswered, probeAnswered)).toEqual(
      words,
    );
    expect(decided(...lost, probeAnswered, probeAnswered, probeAnswered)).toEqual([...words, 'primary: answers-again']);
  });

  test('is not the primary for a new connection alone: answers before a break do not count either', () => {
    const lost = [primaryUp, reserveUp, primaryDown, primaryUp];
    expect(decided(...lost)).toHaveLength(2);
    const broken = [...lost, probeAnswered, probeAnswered, primaryDown, primaryUp, probeAnswered];
    expect(decided(...broken)).toHaveLength(2);
  });

  test('is the primary at once when the reserve fails and the primary may be better', () => {
    const lost = [primaryUp, reserveUp, ...silence];
    expect(decided(...lost, reserveAbsent).at(-1)).toBe('primary: better');
    expect(decided(...lost, probeAnswered, ...silence).at(-1)).toBe('primary: better');
    expect(decided(...lost, ...silence).at(-1)).toBe('silent');
    expect(decided(...lost, reserveDown).at(-1)).toBe('primary: connection-lost');
  });

  test('is none without a connection, and then whichever comes first', () => {
    expect(decided(primaryUp, reserveUp, primaryDown, reserveDown, primaryUp)).toEqual([
      toPrimary,
      'reserve: connection-lost',
      'none: connection-lost',
      toPrimary,
    ]);
    expect(decided(primaryUp, primaryDown)).toEqual([toPrimary, 'none: connection-lost']);
    expect(decided(reserveUp, reserveDown)).toEqual(['reserve: connected', 'none: connection-lost']);
    expect(decided(reserveUp, primaryAbsent, reserveDown)).toEqual(['reserve: connected', 'primary: connection-lost']);
  });
});

test('has no state and no transition that these events do not reach', () => {
  const events = [
    primaryUp,
    primaryAbsent,
    primaryDown,
    reserveUp,
    reserveAbsent,
    reserveDown,
    answered,
    { ...unanswered, limit: 2 },
    { ...probeAnswered, limit: 2 },
    probeUnanswered,
  ];
  expect(uncovered(pathChart, events)).toEqual([]);
});
