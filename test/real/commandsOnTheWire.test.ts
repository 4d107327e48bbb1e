import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startHubProcess as startHubHere } from '#agent/main.ts';
import { loadConfiguration } from '#agent/runtime/configuration.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { answers } from '#protocol/scaip/codes.ts';
import type { CommandName } from '#protocol/mqtt/command.ts';
import { startFaultProxy } from '#simulator/network/faultProxy.ts';
import { type Authority, createAuthority } from '#test/certificates.ts';
import { type CommandsWorld, type CommandsWorldOptions, hubId, openCommandsWorld } from './commandsWorld.ts';
import { realClock, silentLog, unsetClock } from './uplinkWorld.ts';

let authority: Authority;
beforeAll(() => (authority = createAuthority()));
afterAll(() => authority.remove());

const openWorld = async (options: Partial<CommandsWorldOptions> = {}) =>
  await openCommandsWorld({ authority, ...options });

type Asked = readonly [name: CommandName, outcome: string, kind: string, details?: Readonly<Record<string, unknown>>];

/** Each command in an order in which it can be done, what becomes of it, and the rows of the journal that it makes. */
const everyCommand = ({ primary }: CommandsWorld): readonly Asked[] => [
  ['test-alarm', 'done', 'report'],
  ['locate', 'refused', 'none'],
  ['call', 'refused', 'call'],
  ['close-visit', 'refused', 'visit'],
  ['enrol', 'done', 'accessory', { name: 'second', kind: 'extra-pendant', id: '0badcafe' }],
  ['forget', 'done', 'accessory', { name: 'second' }],
  ['camera-visit', 'done', 'camera'],
  ['take-over', 'done', 'life', { hub: 'hub-0002', accessories: [], forgotten: [] }],
  ['exchange', 'done', 'life'],
  ['log-extract', 'done', 'none', { format: 'csv' }],
  [
    'configure',
    'done',
    'configuration',
    { configuration: { version: 2, centre: { primary }, log: { level: 'debug' } } },
  ],
];

describe('commands for a hub that is away', () => {
  test('wait for it at the broker, are each done once when it comes, and have their results; again, the same', async () => {
    const world = await openWorld();
    await world.endHub(await world.startReadyHub());
    const before = world.journal().length;
    const asked = everyCommand(world).map(
      ([name, outcome, , details]) => [world.command(name, details), outcome] as const,
    );
    asked.forEach(([command]) => world.send(command));
    const hub = await world.startReadyHub();
    for (const [command, outcome] of asked) expect(await world.result(command)).toMatchObject({ outcome });
    asked.forEach(([command]) => world.send(command));
    for (const [command] of asked) await world.result(command, 2);
    await world.endHub(hub);

    // An extract is read anew, and the journal has grown.
    const kept = asked.filter(([{ name }]) => name !== 'log-extract').map(([command]) => world.resultsOf(command));
    expect(kept.map((results) => results.slice(1))).toEqual(kept.map(([first]) => [first]));
    const rows = world.journal().slice(before);
    const done = rows.filter(({ kind }) => kind === 'command').map(({ body }) => body['name']);
    expect(done).toEqual(asked.map(([{ name }]) => name));
    const tests = world.events.filter((event) => event.event === 'opened' && event.case.record.report === 'test');
    expect(tests).toHaveLength(1);
    expect(rows.filter(({ kind }) => kind === 'camera')).toHaveLength(1);
    expect(rows.filter(({ kind }) => kind === 'accessory')).toHaveLength(2);
  });

  test('are not done when they have expired meanwhile, if its clock is to be believed', async () => {
    for (const [clock, outcome] of [
      [realClock, 'expired'],
      [unsetClock, 'done'],
    ] as const) {
      const world = await openWorld();
      await world.endHub(await world.startReadyHub());
      const command = world.command('camera-visit', {}, { expires: new Date(Date.now() - 60_000).toISOString() });
      world.send(command);
      const configuration = loadConfiguration(world.hubFile);
      if (!configuration.ok) throw new Error(configuration.problem.map(({ message }) => message).join());
      const hub = startHubHere({
        configuration: configuration.value,
        clock,
        random: createRealRandom(),
        log: silentLog,
      });
      try {
        expect(await world.result(command)).toMatchObject({ outcome });
      } finally {
        await hub.stop();
      }
      expect(world.rows('camera')).toHaveLength(outcome === 'done' ? 1 : 0);
    }
  });
});

describe('a hub that is killed in the middle of a command', () => {
  test.each(['test-alarm', 'enrol', 'camera-visit', 'take-over', 'exchange', 'log-extract', 'configure'] as const)(
    '%s has done it once at most, and says afterwards what became of it',
    async (wanted) => {
      const world = await openWorld();
      const [name, outcome, kind, details] = everyCommand(world).find(([one]) => one === wanted) as Asked;
      const first = await world.startReadyHub();
      await world.happens('that it is in service', ({ event }) => event === 'heartbeat');
      const before = world.rows(kind).length;
      const command = world.command(name, details);
      const isIn = first.logged({ step: 'command', id: command.id });
      world.send(command);
      await isIn;
      first.kill('SIGKILL');
      await first.end();
      const times = world.resultsOf(command).length;

      const second = await world.startReadyHub();
      expect(await world.result(command, times + 1)).toMatchObject({ outcome });
      await world.endHub(second);
      const ofCommand = world.rows('command').filter(({ body }) => body['id'] === command.id);
      expect(ofCommand).toHaveLength(1);
      expect(world.rows(kind).length - before).toBe(kind === 'none' ? 0 : 1);
    },
  );

  test('at any moment from its arrival on does it once', async () => {
    const world = await openWorld();
    let hub = await world.startReadyHub();
    const commands = [];
    for (let count = 0; count < 6; count += 1) {
      const command = world.command('camera-visit');
      const arrives = hub.logged({ step: 'command', id: command.id });
      arrives.catch(() => {});
      world.send(command);
      // Sooner or later, as the broker and the two programs happen to be.
      if (count % 2 === 0) await arrives;
      hub.kill('SIGKILL');
      await hub.end();
      hub = await world.startReadyHub();
      await world.result(command);
      commands.push(command);
    }
    await world.endHub(hub);
    expect(world.rows('camera')).toHaveLength(commands.length);
    for (const command of commands) expect(await world.result(command)).toMatchObject({ outcome: 'done' });
  });
});

test('the end of a hub that is killed meanwhile is the end, once, and nothing of the home is left', async () => {
  const world = await openWorld();
  const hub = await world.startReadyHub();
  const command = world.command('end');
  const isIn = hub.logged({ step: 'ended' });
  world.send(command);
  await isIn;
  hub.kill('SIGKILL');
  await hub.end();
  const again = await world.startReadyHub();
  expect(await world.result(command)).toMatchObject({ outcome: 'done' });
  await world.endHub(again);
  expect(readFileSync(join(world.folder, 'journal.db'), 'latin1')).not.toContain('camera');
});

describe('a configuration from the centre', () => {
  const trial = { remote: { trial: '10s' } };

  test('with an address where nobody is falls back when its trial is over, and the hub says so (B11.3)', async () => {
    const world = await openWorld();
    const hub = await world.startReadyHub();
    const nowhere = { ...world.primary, url: 'mqtts://127.0.0.1:9' };
    const configuration = { version: 2, centre: { primary: nowhere }, ...trial };
    world.send(world.command('configure', { configuration }));
    const isBack = (event: CommandsWorld['events'][number]): boolean =>
      event.event === 'opened' && event.case.record.report === 'information' && event.case.record.stc === 20;
    await world.happens('the hub to say that it fell back', isBack);
    const { body } = world.rows('configuration').at(-1) ?? {};
    expect(body).toMatchObject({ version: 2, onTrial: true });
    await world.endHub(hub);
    const next = await world.startReadyHub();
    await world.happens(
      'a heartbeat on the old configuration',
      (event) => event.event === 'heartbeat' && event.heartbeat.configuration === 1,
    );
    await world.endHub(next);
  });

  test('with another address of the centre stands its trial, over a restart, with the certificates of the machine', async () => {
    const world = await openWorld();
    const relay = await startFaultProxy({
      clock: realClock,
      random: createRealRandom(),
      to: { port: world.broker.port },
    });
    onTestFinished(relay.close);
    const hub = await world.startReadyHub();
    const elsewhere = { ...world.primary, url: `mqtts://localhost:${relay.port}` };
    const command = world.command('configure', {
      configuration: { version: 2, centre: { primary: elsewhere }, ...trial },
    });
    world.send(command);
    expect(await world.result(command)).toMatchObject({ outcome: 'done', configuration: 2 });
    await world.happens(
      'a heartbeat on the new configuration',
      (event) => event.event === 'heartbeat' && event.heartbeat.configuration === 2,
    );
    await hub.logged({ version: 2, msg: 'a centre answers: the configuration has stood its trial' });
    await world.endHub(hub);
    const again = await world.startReadyHub();
    relay.down();
    await again.logged({ msg: 'connection lost' });
    await world.endHub(again);
    expect(world.rows('configuration').map(({ body }) => body)).toMatchObject([{ onTrial: true }, { proven: true }]);
  });

  test('cannot name files of the machine', async () => {
    const world = await openWorld();
    const hub = await world.startReadyHub();
    const centre = { primary: { ...world.primary, tls: { ca: '/etc/passwd' } } };
    const command = world.command('configure', { configuration: { version: 2, centre } });
    world.send(command);
    expect(await world.result(command)).toMatchObject({
      outcome: 'refused',
      reason: "centre.primary.tls is the machine's own affair; right would be a configuration without it",
    });
    await world.endHub(hub);
  });
});

test('a result whose way out breaks comes again with the next connection', async () => {
  const world = await openWorld();
  const relay = await startFaultProxy({
    clock: realClock,
    random: createRealRandom(),
    to: { port: world.broker.port },
  });
  onTestFinished(relay.close);
  const hub = await world.startReadyHub();
  const elsewhere = { ...world.primary, url: `mqtts://127.0.0.1:${relay.port}` };
  const accessories = [{ name: 'camera', kind: 'camera' }];
  const configuration = { version: 2, centre: { primary: elsewhere }, accessories };
  const configure = world.command('configure', { configuration });
  world.send(configure);
  await hub.logged({ msg: 'a centre answers: the configuration has stood its trial' });
  const command = world.command('camera-visit');
  const isIn = hub.logged({ step: 'command', id: command.id });
  world.send(command);
  await isIn;
  relay.down();
  await hub.logged({ msg: 'connection lost' });
  const times = world.resultsOf(command).length;
  relay.up();
  expect(await world.result(command, times + 1)).toMatchObject({ outcome: 'done' });
  await world.endHub(hub);
  expect(world.rows('camera')).toHaveLength(1);
});

test("the answer to a report sets the interval of the heartbeats, as a heartbeat's does (B4.5)", async () => {
  const world = await openWorld({
    behave: (centre) => {
      centre.setHeartbeatInterval(7);
      const plain = answers.handled.code;
      return {
        ...centre,
        heartbeat(hub, heartbeat) {
          centre.heartbeat(hub, heartbeat);
          return { v: 1, hub, heartbeat: heartbeat.sequence, snu: plain };
        },
      };
    },
  });
  const hub = await world.startReadyHub();
  world.send(world.command('test-alarm'));
  const told = await hub.logged({ msg: 'the centre set the heartbeat interval' });
  expect(told).toMatchObject({ intervalMinutes: 7 });
  await world.endHub(hub);
});

test('a command for another hub, or with a signature of nobody, is not done', async () => {
  const world = await openWorld();
  const hub = await world.startReadyHub();
  world.send({ ...world.command('camera-visit'), hub: hubId, counter: 1, id: 'GOOD' });
  await hub.logged({ step: 'command', id: 'GOOD' });
  // Played again under another id.
  world.send({ ...world.command('camera-visit'), counter: 1, id: 'REPLAY' });
  await hub.logged({ code: 'command/replayed' });
  await world.endHub(hub);
  expect(world.rows('camera')).toHaveLength(1);
});
