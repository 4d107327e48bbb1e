import { describe, expect, test } from 'vitest';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { startChart } from '#agent/hub/actors.ts';
import { type ConfigurationEvent, configurationChart } from './configuration.chart.ts';

const events: readonly ConfigurationEvent[] = [
  { type: 'accepted', onTrial: false },
  { type: 'accepted', onTrial: true },
  { type: 'restored' },
  { type: 'answered' },
  { type: 'time-up' },
];

/** What each event decides after these. */
function decided(...sent: readonly ConfigurationEvent[]): string[] {
  const { log } = createLogRecorder();
  const chart = startChart(configurationChart, log);
  return sent.flatMap((event) => chart.send(event).map(({ type }) => type));
}

describe('a configuration from the centre', () => {
  test('counts at once when the centre is reached as before', () => {
    expect(decided({ type: 'accepted', onTrial: false })).toEqual(['apply']);
  });

  test('that reaches the centre otherwise is on trial until a heartbeat is answered (B11.3)', () => {
    expect(decided({ type: 'accepted', onTrial: true }, { type: 'answered' })).toEqual(['try', 'prove']);
  });

  test('falls back when no heartbeat is answered in time (B11.3)', () => {
    expect(decided({ type: 'accepted', onTrial: true }, { type: 'time-up' })).toEqual(['try', 'fall-back']);
  });

  test('in place of one on trial is on trial too: nothing has shown yet that the centre is reached', () => {
    expect(decided({ type: 'accepted', onTrial: true }, { type: 'accepted', onTrial: false })).toEqual(['try', 'try']);
  });

  test('stays on trial over a restart', () => {
    expect(decided({ type: 'restored' }, { type: 'time-up' })).toEqual(['fall-back']);
  });

  test('has no state and no transition that these events do not reach', () => {
    expect(uncovered(configurationChart, events)).toEqual([]);
  });
});
