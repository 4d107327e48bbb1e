import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

let home: HubAtWork;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

const inForce = () => home.hub().configuration();

let counter = 0;
function configure(configuration: unknown) {
  counter += 1;
  const result = home
    .hub()
    .commanded(
      { v: 1, hub: 'hub-0001', id: `C${counter}`, counter, name: 'configure', with: { configuration } },
      '01234567',
      'primary',
    );
  return result.ok ? result.value : undefined;
}

const centre = { primary: { url: 'mqtt://127.0.0.1:1883' } };
const elsewhere = { primary: { url: 'mqtt://127.0.0.1:2883' } };

describe('a configuration from the centre', () => {
  test('is in force at once, journalled, and still after a restart (B11.1)', () => {
    expect(configure({ version: 2, centre, log: { level: 'warn' } })).toMatchObject({ outcome: 'done' });
    expect(inForce()).toMatchObject({ version: 2, log: { level: 'warn' } });
    expect(home.entries()).toContainEqual({
      kind: 'configuration',
      body: { version: 2, before: 1, sections: ['version', 'log'], onTrial: false },
    });
    home.restart();
    expect(inForce()).toMatchObject({ version: 2, log: { level: 'warn' } });
  });

  test.each([
    ['not above the one in force', { version: 1, centre }, 'version 1; right would be above 1, which is in force'],
    ['wrong in one place', { version: 2, centre, log: { level: 'loud' } }, 'log.level is "loud"'],
    ['about the machine', { version: 2, centre, journal: { file: 'x' } }, "journal.file is the machine's own affair"],
    ['no map', 'nonsense', 'the configuration is "nonsense"'],
    ['missing', undefined, 'the configuration is'],
  ])('that is %s is refused with the reason, and what runs stays (B11.2)', (_what, document, reason) => {
    const before = inForce();
    expect(configure(document)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) });
    expect(inForce()).toBe(before);
  });

  test('leaves the ports and files of the machine as they are', () => {
    home.configure({ radio: { port: '/dev/ttyUSB7' } });
    home.restart();
    configure({ version: 2, centre });
    expect(inForce().radio.port).toBe('/dev/ttyUSB7');
  });

  test("gives way to the machine's own file when that has a higher version", () => {
    configure({ version: 2, centre });
    home.configure({ version: 3 });
    home.restart();
    expect(inForce().version).toBe(3);
  });
});

describe('a configuration that reaches the centre in another way', () => {
  test('stays when a heartbeat is answered within ten minutes (B11.3)', () => {
    configure({ version: 2, centre: elsewhere });
    home.hub().heartbeatAnswered();
    home.clock.advance(20 * minuteMs);
    expect(inForce().centre.primary.url).toBe(elsewhere.primary.url);
    expect(home.records()).toEqual([]);
  });

  test('falls back when none is, and says so (B11.3)', () => {
    configure({ version: 2, centre: elsewhere });
    home.clock.advance(10 * minuteMs - secondMs);
    expect(inForce().version).toBe(2);
    home.clock.advance(secondMs);
    expect(inForce()).toMatchObject({ version: 1, centre });
    expect(home.records()).toMatchObject([{ report: 'information', from: 'hub', stc: 20, pri: 1 }]);
    home.restart();
    expect(inForce().version).toBe(1);
  });

  test('falls back to what counted before the trial, though another came meanwhile', () => {
    configure({ version: 2, centre, log: { level: 'warn' } });
    configure({ version: 3, centre: elsewhere });
    configure({ version: 4, centre: elsewhere, log: { level: 'error' } });
    home.clock.advance(10 * minuteMs);
    expect(inForce()).toMatchObject({ version: 2, log: { level: 'warn' } });
  });

  test('is on trial over a restart', () => {
    configure({ version: 2, centre: elsewhere });
    home.restart();
    expect(inForce().version).toBe(2);
    home.clock.advance(10 * minuteMs);
    expect(inForce().version).toBe(1);
  });
});
