import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command, CommandName } from '#protocol/mqtt/command.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { stub } from 'sinon';
import { openJournalReader } from '#agent/journal/reader.ts';
import { readFacts } from '#agent/hub/facts.ts';
import { createRememberedResults, rememberedLimit, resultCharacters } from './rememberedResults.ts';

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
    const first = hub.commanded(order, centreKey, 'primary');
    expect(first).toMatchObject({ ok: true, value: { outcome: 'done', id: order.id, configuration: 2 } });
    expect(hub.commanded(order, centreKey, 'primary')).toEqual(first);
  });

  test('with a counter that was there already is a replay and does nothing', () => {
    const hub = home.hub();
    hub.commanded(configure(2), centreKey, 'primary');
    const replayed = { ...configure(3), counter: 1 };
    expect(hub.commanded(replayed, centreKey, 'primary')).toMatchObject({ ok: false });
    expect(hub.configuration().version).toBe(2);
  });

  test('is still a replay after a restart', () => {
    const order = configure(2);
    home.hub().commanded(order, centreKey, 'primary');
    home.restart();
    expect(home.hub().commanded({ ...order, id: 'OTHER' }, centreKey, 'primary')).toMatchObject({ ok: false });
  });

  test('of another centre has a counter of its own', () => {
    const hub = home.hub();
    hub.commanded(command('configure', { counter: 1_000 }), centreKey, 'primary');
    expect(hub.commanded(command('configure', { counter: 1 }), '89abcdef', 'primary')).toMatchObject({ ok: true });
  });

  test('that has expired is not done, and one whose end cannot be told is', () => {
    const { clock } = home;
    const hub = home.hub();
    const expires = new Date(clock.wallMs() - 1_000).toISOString();
    expect(hub.commanded({ ...configure(2), expires }, centreKey, 'primary')).toMatchObject({
      value: { outcome: 'expired' },
    });
    clock.setWall(clock.wallMs(), false);
    expect(hub.commanded({ ...configure(2), expires }, centreKey, 'primary')).toMatchObject({
      value: { outcome: 'done' },
    });
  });

  test('with a slip in what it is told is refused with what was most likely meant, and nothing is done', () => {
    const result = home.hub().commanded(command('forget', { with: { nam: 'pendant' } }), centreKey, 'primary');
    const reason = 'forget knows no "nam"; right would be name';
    expect(result).toMatchObject({ value: { outcome: 'refused', reason } });
  });

  test('that this hub cannot do any more is refused with a reason', () => {
    const hub = home.hub();
    hub.commanded(command('end'), centreKey, 'primary');
    const result = hub.commanded(command('locate'), centreKey, 'primary');
    expect(result).toMatchObject({ value: { outcome: 'refused', reason: 'this hub cannot locate' } });
  });
});

/** What each does leaves one row of its kind; whatever happens, there is one of it and one of the command. */
const rows: readonly [name: CommandName, kind: string, details: Readonly<Record<string, unknown>>][] = [
  [
    'configure',
    'configuration',
    { configuration: { version: 2, centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } } },
  ],
  ['test-alarm', 'report', {}],
  ['call', 'call', { to: '+46401234567' }],
  ['close-visit', 'visit', {}],
  ['enrol', 'accessory', { name: 'second', kind: 'extra-pendant', id: '0badcafe' }],
  ['forget', 'accessory', { name: 'pendant' }],
  ['camera-visit', 'camera', {}],
  ['take-over', 'life', { hub: 'hub-0002', accessories: [], forgotten: [] }],
  ['exchange', 'life', {}],
  ['rotate-key', 'configuration', { key: `${'A'.repeat(43)}=` }],
];

/** A hub of which each of the commands can be asked once. */
function startAskable(): HubAtWork {
  const open = () => ({
    name: 'sip' as const,
    isUp: () => true,
    dial() {},
    answer() {},
    refuse() {},
    hangUp() {},
    setMode() {},
    changeVolume() {},
    switchOutput() {},
    stop() {},
  });
  const accessories = [
    { name: 'pendant', kind: 'pendant', id: '002a0001' },
    { name: 'camera', kind: 'camera' },
  ];
  const askable = startHubAtWork({ accessories }, { voicePaths: [open] });
  askable.hub().paths.condition('primary', 'up');
  askable.front().button('alarm');
  askable.acknowledgeAll();
  return askable;
}

/** The kinds of the rows that are on the disk now. */
function kindsOnDisk({ journalFile }: HubAtWork): string[] {
  const reader = openJournalReader(journalFile);
  const kinds = [...reader.events()].map(({ kind }) => kind);
  reader.close();
  return kinds;
}

/** What lasts is asked of a journal that has just shown that it takes something: one commit more. */
const commitsBefore = (name: CommandName): number =>
  ['configure', 'enrol', 'forget', 'take-over', 'exchange', 'rotate-key'].includes(name) ? 1 : 0;

describe.each(rows)('%s, when the power goes in the middle of it', (name, kind, details) => {
  let askable: HubAtWork;
  beforeEach(() => (askable = startAskable()));
  afterEach(() => askable.close());

  /** The first so many commits reach the disk, and none after them: then the power goes. */
  function cutAfter(commits: number): { order: Command; added: (kind: string) => number } {
    const before = kindsOnDisk(askable);
    const order = command(name, { with: details });
    const { commit } = askable.journal();
    let left = commitsBefore(name) + commits;
    stub(askable.journal(), 'commit').callsFake((...what) => {
      left -= 1;
      if (left < 0) throw new Error('the power is gone');
      return commit(...what);
    });
    askable.hub().commanded(order, centreKey, 'primary');
    askable.restart();
    const added = (wanted: string) =>
      kindsOnDisk(askable).filter((found) => found === wanted).length -
      before.filter((found) => found === wanted).length;
    return { order, added };
  }

  test('was not done if nothing of it is known, and is done once when it comes again', () => {
    const { order, added } = cutAfter(0);
    expect([added(kind), added('command')]).toEqual([0, 0]);
    expect(askable.hub().commanded(order, centreKey, 'primary')).toMatchObject({ value: { outcome: 'done' } });
    expect(added('command')).toBe(1);
    expect(added(kind)).toBeGreaterThan(0);
  });

  test('is done and known at the same moment: it is not done again, and its result is told', () => {
    const { order, added } = cutAfter(1);
    const rowsOfIt = added(kind);
    expect(rowsOfIt).toBeGreaterThan(0);
    expect(added('command')).toBe(1);
    expect(askable.hub().results.untold('primary')).toMatchObject([{ id: order.id, name }]);
    expect(askable.hub().commanded(order, centreKey, 'primary')).toMatchObject({ value: { outcome: 'done', name } });
    expect([added(kind), added('command')]).toEqual([rowsOfIt, 1]);
  });
});

describe.each(rows)('%s, while the disk fails', (name, kind, details) => {
  let askable: HubAtWork;
  beforeEach(() => (askable = startAskable()));
  afterEach(() => askable.close());

  test('is said to be done only if a crash does not undo it (B11.1, B14.2)', () => {
    const before = kindsOnDisk(askable).filter((found) => found === kind).length;
    const order = command(name, { with: details });
    stub(askable.journal(), 'commit').throws(new Error('the disk fails'));
    const said = askable.hub().commanded(order, centreKey, 'primary');
    const version = askable.hub().configuration().version;
    askable.restart();
    const lasts = commitsBefore(name) > 0;
    expect(said).toMatchObject({ value: { outcome: lasts ? 'refused' : 'done', configuration: 1 } });
    expect(version).toBe(1);
    expect(kindsOnDisk(askable).filter((found) => found === kind)).toHaveLength(before);
    expect(askable.hub().commanded(order, centreKey, 'primary')).toMatchObject({ value: { outcome: 'done' } });
  });
});

describe('a result', () => {
  test('is kept until the centre has it, over a restart too, and for its own path', () => {
    const order = command('close-visit');
    home.hub().commanded(order, centreKey, 'reserve');
    home.restart();
    expect(home.hub().results.untold('primary')).toEqual([]);
    expect(home.hub().results.untold('reserve')).toEqual([{ id: order.id, name: 'close-visit' }]);
    expect(home.hub().results.resultOf(order.id)).toMatchObject({ id: order.id, outcome: 'refused' });
    home.hub().results.told([order.id]);
    home.restart();
    expect(home.hub().results.untold('reserve')).toEqual([]);
  });

  test('that was told is told again when the command comes again: it did not arrive', () => {
    const order = command('close-visit');
    home.hub().commanded(order, centreKey, 'primary');
    home.hub().results.told([order.id]);
    home.hub().commanded(order, centreKey, 'primary');
    expect(home.hub().results.untold('primary')).toHaveLength(1);
  });

  test('is remembered with so many others, and no more: then a repeat is a replay', () => {
    const orders = Array.from({ length: rememberedLimit + 1 }, () => command('close-visit'));
    const again = (order: Command | undefined) => home.hub().commanded(order as Command, centreKey, 'primary').ok;
    orders.forEach(again);
    expect(home.hub().results.untold('primary')).toHaveLength(rememberedLimit);
    expect([again(orders[0]), again(orders[1]), again(orders.at(-1))]).toEqual([false, true, true]);
  });

  test('that is too long to keep is remembered without what it found out', () => {
    const results = createRememberedResults({ get: () => undefined, under: () => [], changed() {}, clear() {} });
    const result = { v: 1, hub: 'hub-0001', id: 'C1', name: 'exchange', outcome: 'done' } as const;
    const kept = (characters: number) =>
      results.remember({ path: 'primary', result: { ...result, body: { text: 'x'.repeat(characters) } } });
    expect(kept(resultCharacters - 1_000)).toMatchObject([{ value: { result: { body: {} } } }]);
    expect(kept(resultCharacters)).toEqual([{ key: 'command/result/1', value: { path: 'primary', result } }]);
  });

  test('is forgotten when all together are too long, the oldest first', () => {
    const facts = createFacts();
    const results = createRememberedResults(facts);
    const body = { text: 'x'.repeat(resultCharacters - 1_000) };
    for (let count = 1; count <= 6; count += 1) {
      const result = { v: 1, hub: 'hub-0001', id: `C${count}`, name: 'exchange', outcome: 'done', body } as const;
      facts.changed(results.remember({ path: 'primary', result }));
    }
    expect(results.untold('primary').map(({ id }) => id)).toEqual(['C3', 'C4', 'C5', 'C6']);
  });
});

const createFacts = () => readFacts({ kept: () => [] });
