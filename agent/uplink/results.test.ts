import { describe, expect, test } from 'vitest';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createResults } from './results.ts';

const resultOf = (id: string, name: CommandResult['name'] = 'test-alarm'): CommandResult => ({
  v: 1,
  hub: 'hub-0001',
  id,
  name,
  outcome: 'done',
});

/** Results on their way over a path that is up, down, or busy, as a test says. */
function setUp() {
  const clock = createVirtualClock(0);
  const known = new Map<string, CommandResult>();
  const sent: string[] = [];
  const state = { up: true, busy: false };
  const results = createResults({
    clock,
    untold: () => [...known.values()],
    resultOf: (id) => known.get(id),
    told: (ids) => ids.forEach((id) => known.delete(id)),
    send(_, { id }) {
      if (state.up) sent.push(id);
      return state.up;
    },
    isBusy: () => state.busy,
  });
  function done(result: CommandResult): void {
    known.set(result.id, result);
    results.asked('primary', result.id);
  }
  return { clock, state, sent, results, done, untold: () => [...known.keys()] };
}

describe('the result of a command', () => {
  test('that came before the connection was up goes out as soon as it is', () => {
    const { state, sent, results, done } = setUp();
    state.up = false;
    done(resultOf('C1'));
    expect(sent).toEqual([]);
    state.up = true;
    results.connected('primary');
    expect(sent).toEqual(['C1']);
  });

  test('is sent once on a connection, and again on the next one', () => {
    const { sent, results, done } = setUp();
    done(resultOf('C1'));
    results.room();
    done(resultOf('C2'));
    expect(sent).toEqual(['C1', 'C2']);
    results.connected('primary');
    expect(sent).toEqual(['C1', 'C2', 'C1', 'C2']);
  });

  test('has arrived when a heartbeat that went behind it is answered, and not when one before it is', () => {
    const { results, done, untold } = setUp();
    results.heartbeatSent('primary', 1);
    done(resultOf('C1'));
    results.heartbeatAnswered('primary', 1);
    expect(untold()).toEqual(['C1']);
    results.heartbeatSent('primary', 2);
    results.heartbeatAnswered('primary', 2);
    expect(untold()).toEqual([]);
  });

  test('has not arrived because a heartbeat of the next connection is answered before it is sent again', () => {
    const { state, results, done, untold } = setUp();
    results.heartbeatSent('primary', 1);
    done(resultOf('C1'));
    state.up = false;
    results.connected('primary');
    results.heartbeatSent('primary', 2);
    results.heartbeatAnswered('primary', 2);
    expect(untold()).toEqual(['C1']);
  });

  test('that came again is sent again at once', () => {
    const { sent, done } = setUp();
    done(resultOf('C1'));
    done(resultOf('C1'));
    expect(sent).toEqual(['C1', 'C1']);
  });
});

describe('an extract of the journal', () => {
  test('stands back while reports are on their way, and other results do not (B2.6)', () => {
    const { clock, state, sent, done } = setUp();
    state.busy = true;
    done(resultOf('C1', 'log-extract'));
    done(resultOf('C2'));
    clock.advance(30 * secondMs);
    expect(sent).toEqual(['C2']);
    state.busy = false;
    clock.advance(secondMs);
    expect(sent).toEqual(['C2', 'C1']);
  });
});
