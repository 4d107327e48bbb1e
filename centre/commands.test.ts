import { beforeEach, describe, expect, test } from 'vitest';
import type { Command, CommandResult } from '#protocol/mqtt/command.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { againAfterMs, createCommands, sendingsLimit, underWayLimit } from './commands.ts';
import type { CentreEvent } from './events.ts';

let sent: Command[];
let told: CentreEvent[];
const startMs = Date.UTC(2026, 0, 15, 12);

beforeEach(() => {
  sent = [];
  told = [];
});

function setUp() {
  const clock = createVirtualClock(startMs);
  const commands = createCommands({
    clock,
    send: (command) => sent.push(command),
    listener: (event) => told.push(event),
  });
  const online = (hub = 'hub-0001') =>
    commands.hear({ event: 'hub-state', hub, state: { v: 1, hub, state: 'online' } });
  const finish = ({ hub, id, name }: Command) =>
    commands.hear({ event: 'result', hub, result: { v: 1, hub, id, name, outcome: 'done' } });
  return { clock, commands, online, finish };
}

describe('a command', () => {
  test('has a counter above the last, and above those of an earlier run of the centre', () => {
    const first = setUp();
    for (let count = 0; count < 3; count += 1) first.commands.order('hub-0001', 'test-alarm', {});
    const second = setUp();
    second.clock.advance(10);
    second.commands.order('hub-0001', 'test-alarm', {});
    const counters = sent.map(({ counter }) => counter);
    expect(counters).toEqual([startMs, startMs + 1, startMs + 2, startMs + 10]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
  });

  test('expires so long after it was given', () => {
    setUp().commands.order('hub-0001', 'call', { details: { to: '+46401234567' }, withinMs: 60_000 });
    expect(sent).toMatchObject([{ with: { to: '+46401234567' }, expires: '2026-01-15T12:01:00.000Z' }]);
  });

  test('without a result is sent again as it was when its hub shows that it is there, in order, and not too often', () => {
    const { clock, commands, online } = setUp();
    commands.order('hub-0001', 'test-alarm', {});
    commands.order('hub-0001', 'locate', {});
    online();
    expect(sent).toHaveLength(2);
    clock.advance(againAfterMs);
    online('hub-0002');
    expect(sent).toHaveLength(2);
    online();
    expect(sent.slice(2)).toEqual(sent.slice(0, 2));
    online();
    expect(sent).toHaveLength(4);
  });

  test('with a result is not sent again, and whoever gave it is told once', () => {
    const { clock, commands, online, finish } = setUp();
    const results: (CommandResult | undefined)[] = [];
    commands.order('hub-0001', 'test-alarm', {}, (result) => results.push(result));
    finish(sent[0] as Command);
    finish(sent[0] as Command);
    clock.advance(againAfterMs);
    online();
    expect(sent).toHaveLength(1);
    expect(results).toMatchObject([{ outcome: 'done' }]);
    expect(commands.underWay()).toEqual([]);
  });

  test('is not finished by the result of another hub', () => {
    const { commands, finish } = setUp();
    commands.order('hub-0001', 'test-alarm', {});
    finish({ ...(sent[0] as Command), hub: 'hub-0002' });
    expect(commands.underWay()).toHaveLength(1);
  });

  test('is given up after so many sendings to a hub that is there, and that is told', () => {
    const { clock, commands, online } = setUp();
    let finished: unknown = 'not yet';
    commands.order('hub-0001', 'test-alarm', {}, (result) => (finished = result));
    for (let count = 0; count < 2 * sendingsLimit; count += 1) {
      clock.advance(againAfterMs);
      online();
    }
    expect(sent).toHaveLength(sendingsLimit);
    expect(told).toMatchObject([{ event: 'no-result', hub: 'hub-0001' }]);
    expect(finished).toBeUndefined();
  });

  test('is refused when too many have no result, and when it is too long to be read', () => {
    const { commands } = setUp();
    const text = 'x'.repeat(60_000);
    expect(commands.order('hub-0001', 'enrol', { details: { text } }).ok).toBe(false);
    for (let count = 0; count < underWayLimit; count += 1) commands.order('hub-0001', 'locate', {});
    expect(commands.order('hub-0001', 'locate', {}).ok).toBe(false);
    expect(sent).toHaveLength(underWayLimit);
  });
});
