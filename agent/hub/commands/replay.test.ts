import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/mqtt/command.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

const key = '01234567';
const otherKey = '89abcdef';
const centre = { primary: { url: 'mqtt://127.0.0.1:1883' } };
const elsewhere = { primary: { url: 'mqtt://127.0.0.1:2883' } };

let home: HubAtWork;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

const configure = (version: number, counter: number, more: Readonly<Record<string, unknown>> = {}): Command => ({
  v: 1,
  hub: 'hub-0001',
  id: `V${version}C${counter}`,
  counter,
  name: 'configure',
  with: { configuration: { version, centre, ...more } },
});

const take = (command: Command, by = key) => home.hub().commanded(command, by, 'primary');
const inForce = () => home.hub().configuration().version;

const farFutureMs = Date.UTC(2_099, 0, 1);

/** What may lie between a command and somebody who plays it again. */
const meanwhile: readonly [what: string, happens: () => void][] = [
  ['a restart', () => home.restart()],
  ['a power cut of three days', () => home.restart(72 * hourMs)],
  ['a clock that was set to 1970', () => home.clock.setWall(0, true)],
  [
    'a clock that is not set, after a power cut',
    () => {
      home.clock.setWall(0, false);
      home.restart(hourMs);
    },
  ],
  ['a clock far in the future', () => home.clock.setWall(farFutureMs, true)],
  [
    'a clock far in the future, and a restart',
    () => {
      home.clock.setWall(farFutureMs, true);
      home.restart();
    },
  ],
];

describe.each(meanwhile)('after %s', (_what, happens) => {
  test('a command that was done is not done again, under its own id or another (B11.2)', () => {
    const done = configure(3, 10);
    take(done);
    take(configure(4, 11));
    happens();
    expect(take(done)).toMatchObject({ ok: true, value: { outcome: 'done', id: done.id } });
    expect(take({ ...done, id: 'OTHER' })).toMatchObject({ ok: false });
    expect(inForce()).toBe(4);
  });

  test('a configuration of a lower version, or the same, is refused, though its command is new and well signed', () => {
    take(configure(5, 10));
    happens();
    expect(take(configure(4, 11))).toMatchObject({ value: { outcome: 'refused' } });
    expect(take(configure(5, 12, { log: { level: 'error' } }))).toMatchObject({ value: { outcome: 'refused' } });
    expect(take(configure(1, 1), otherKey)).toMatchObject({ value: { outcome: 'refused' } });
    expect(inForce()).toBe(5);
  });

  test('the highest counter of each key is known, and the next one works', () => {
    take(configure(2, 1_000));
    take(configure(3, 7), otherKey);
    happens();
    expect([take(configure(9, 1_000)), take(configure(9, 7), otherKey), take(configure(9, 999))]).toMatchObject([
      { ok: false },
      { ok: false },
      { ok: false },
    ]);
    expect(take(configure(4, 8), otherKey)).toMatchObject({ value: { outcome: 'done' } });
    expect(inForce()).toBe(4);
  });
});

test('a command that expired does not work when the clock is put back: its counter was there', () => {
  const expires = new Date(home.clock.wallMs() - minuteMs).toISOString();
  const late = { ...configure(2, 10), expires };
  expect(take(late)).toMatchObject({ value: { outcome: 'expired' } });
  home.clock.setWall(home.clock.wallMs() - hourMs, true);
  home.restart();
  expect(take(late)).toMatchObject({ value: { outcome: 'expired' } });
  expect(take({ ...late, id: 'OTHER' })).toMatchObject({ ok: false });
  expect(inForce()).toBe(1);
});

test('a configuration that fell back does not come back by its old command, and a higher version does', () => {
  take(configure(2, 10, { centre: elsewhere }));
  home.clock.advance(10 * minuteMs);
  expect(inForce()).toBe(1);
  home.restart();
  take(configure(2, 10, { centre: elsewhere }));
  expect(inForce()).toBe(1);
  take(configure(3, 11));
  expect(inForce()).toBe(3);
});

test('taking over from another hub brings no configuration with it, neither older nor newer', () => {
  take(configure(5, 10));
  for (const [place, version] of [4, 6].entries()) {
    const told = { hub: 'hub-0002', accessories: [], version, configuration: { version, centre: elsewhere } };
    const order = { v: 1, hub: 'hub-0001', id: `T${version}`, counter: 20 + place, name: 'take-over' } as const;
    expect(take({ ...order, with: told })).toMatchObject({ value: { outcome: 'done' } });
  }
  expect(home.hub().configuration()).toMatchObject({ version: 5, centre });
});

describe('an old journal that was put back in place of the newer one', () => {
  /** The journal as it was before, and after it a command that ran out an hour later. */
  function putBack(command: Command): void {
    const copy = `${home.journalFile}.copy`;
    home.journal().sync();
    copyFileSync(home.journalFile, copy);
    take(command);
    home.clock.advance(2 * hourMs);
    home.journal().close();
    rmSync(`${home.journalFile}-wal`, { force: true });
    rmSync(`${home.journalFile}-shm`, { force: true });
    copyFileSync(copy, home.journalFile);
    home.restart();
  }

  test('does not bring back a command that has an end: on a clock that is set it has expired', () => {
    const expires = new Date(home.clock.wallMs() + hourMs).toISOString();
    const order = { ...configure(3, 10), expires };
    putBack(order);
    expect(inForce()).toBe(1);
    expect(take(order)).toMatchObject({ value: { outcome: 'expired' } });
    expect(inForce()).toBe(1);
  });

  test("does not go below the machine's own file, which has a version too", () => {
    home.configure({ version: 4 });
    const order = configure(3, 10);
    putBack(order);
    expect(inForce()).toBe(4);
    expect(take(order)).toMatchObject({ value: { outcome: 'refused' } });
  });
});

test('a PIN that came from the centre is in the journal until the end, and then in none of its files', () => {
  const files = (): string => ['', '-wal'].map((end) => readFileSync(`${home.journalFile}${end}`, 'latin1')).join('');
  take(configure(2, 10, { modem: { pin: '93817264' } }));
  home.restart();
  expect(home.hub().configuration().modem.pin).toBe('93817264');
  expect(files()).toContain('93817264');
  take({ v: 1, hub: 'hub-0001', id: 'END', counter: 11, name: 'end' });
  expect(files()).not.toContain('93817264');
});
