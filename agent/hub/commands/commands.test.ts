import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command, CommandName } from '#protocol/mqtt/command.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

let home: HubAtWork;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

let counter = 0;
function command(name: CommandName, more: Partial<Command> = {}): Command {
  counter += 1;
  return { v: 1, hub: 'hub-0001', id: `C${counter}`, counter, name, ...more };
}

const configure = (version: number, more: Readonly<Record<string, unknown>> = {}) =>
  command('configure', {
    with: { configuration: { version, centre: { primary: { url: 'mqtt://127.0.0.1:1883' } }, ...more } },
  });

const centreKey = '01234567';

describe('a command', () => {
  test('works once: what comes again has the result it had, and does nothing (B11.2)', () => {
    const hub = home.hub();
    const order = configure(2, { log: { level: 'warn' } });
    const first = hub.commanded(order, centreKey);
    expect(first).toMatchObject({ ok: true, value: { outcome: 'done', id: order.id, configuration: 2 } });
    expect(hub.commanded(order, centreKey)).toEqual(first);
  });

  test('with a counter that was there already is a replay and does nothing', () => {
    const hub = home.hub();
    hub.commanded(configure(2), centreKey);
    const replayed = { ...configure(3), counter: 1 };
    expect(hub.commanded(replayed, centreKey)).toMatchObject({ ok: false });
    expect(hub.configuration().version).toBe(2);
  });

  test('is still a replay after a restart', () => {
    const order = configure(2);
    home.hub().commanded(order, centreKey);
    home.restart();
    expect(home.hub().commanded({ ...order, id: 'OTHER' }, centreKey)).toMatchObject({ ok: false });
  });

  test('of another centre has a counter of its own', () => {
    const hub = home.hub();
    hub.commanded(command('configure', { counter: 1_000 }), centreKey);
    expect(hub.commanded(command('configure', { counter: 1 }), '89abcdef')).toMatchObject({ ok: true });
  });

  test('that has expired is not done, and one whose end cannot be told is', () => {
    const { clock } = home;
    const hub = home.hub();
    const expires = new Date(clock.wallMs() - 1_000).toISOString();
    expect(hub.commanded({ ...configure(2), expires }, centreKey)).toMatchObject({ value: { outcome: 'expired' } });
    clock.setWall(clock.wallMs(), false);
    expect(hub.commanded({ ...configure(2), expires }, centreKey)).toMatchObject({ value: { outcome: 'done' } });
  });

  test('that this hub does not know is refused with a reason', () => {
    const hub = home.hub();
    const result = hub.commanded(command('log-extract'), centreKey);
    expect(result).toMatchObject({ value: { outcome: 'refused', reason: 'this hub cannot log-extract' } });
  });
});
