import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type HubProcess, startHubProcess as startHubHere } from '#agent/main.ts';
import { loadConfiguration } from '#agent/runtime/configuration.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { makeKey } from '#centre/keys.ts';
import { type Clock, hourMs } from '#protocol/core/time.ts';
import { type Command, encodeCommand } from '#protocol/mqtt/command.ts';
import { type Authority, createAuthority } from '#test/certificates.ts';
import { type CommandsWorld, openCommandsWorld } from './commandsWorld.ts';
import { realClock, silentLog, unsetClock } from './uplinkWorld.ts';

let authority: Authority;
beforeAll(() => (authority = createAuthority()));
afterAll(() => authority.remove());

/** A world whose broker knows the hub already: what is sent from now on waits for it. */
async function openWorld(): Promise<CommandsWorld> {
  const world = await openCommandsWorld({ authority });
  const hub = startOn(world, realClock);
  await world.happens('a heartbeat', ({ event }) => event === 'heartbeat');
  await hub.stop();
  return world;
}

/** A hub of this process, on a clock of the test's; it ends with the test. */
function startOn(world: CommandsWorld, clock: Clock): HubProcess {
  const configuration = loadConfiguration(world.hubFile);
  if (!configuration.ok) throw new Error(configuration.problem.map(({ message }) => message).join());
  const hub = startHubHere({ configuration: configuration.value, clock, random: createRealRandom(), log: silentLog });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => await (stopped ??= hub.stop());
  onTestFinished(stop);
  return { ...hub, stop };
}

/** A configuration that differs in nothing but its version. */
function configure(world: CommandsWorld, version: number, more: Partial<Command> = {}): Command {
  const configuration = { version, centre: { primary: world.primary } };
  return world.command('configure', { configuration }, more);
}

/** What goes over the wire again is done with when the hub has answered something that came behind it. */
async function behindAll(world: CommandsWorld): Promise<void> {
  const last = world.command('camera-visit');
  world.send(last);
  await world.result(last);
}

const journalFiles = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('journal.db'));

/** Keeps the journal of a hub that has ended, to put it back later. */
function keepJournal({ folder }: CommandsWorld): () => void {
  const kept = mkdtempSync(join(tmpdir(), 'old-journal-'));
  onTestFinished(() => rmSync(kept, { recursive: true }));
  for (const name of journalFiles(folder)) cpSync(join(folder, name), join(kept, name));
  return () => {
    for (const name of journalFiles(folder)) rmSync(join(folder, name));
    for (const name of journalFiles(kept)) cpSync(join(kept, name), join(folder, name));
  };
}

const since1970Ms = realClock.monotonicMs();
const clocks: readonly [what: string, clock: Clock][] = [
  ['as it was', realClock],
  ['that knows no time', unsetClock],
  ['of 1970, which knows no time', { ...unsetClock, wallMs: () => realClock.monotonicMs() - since1970Ms }],
  ['two hours ahead', { ...realClock, wallMs: () => realClock.wallMs() + 2 * hourMs }],
];

test.each(clocks)(
  'after a restart on a clock %s no command works again, and no configuration goes back (B11.2)',
  async (_what, clock) => {
    const world = await openWorld();
    const first = startOn(world, realClock);
    const [second, third] = [configure(world, 2), configure(world, 3)];
    for (const command of [second, third]) {
      world.send(command);
      expect(await world.result(command)).toMatchObject({ outcome: 'done' });
    }
    await first.stop();

    const hub = startOn(world, clock);
    for (const command of [second, third, { ...third, id: 'AGAIN' }, { ...second, id: 'OTHER' }]) world.send(command);
    const lower = [configure(world, 1), configure(world, 2), configure(world, 3)];
    for (const command of lower) {
      world.send(command);
      expect(await world.result(command)).toMatchObject({
        outcome: 'refused',
        reason: expect.stringContaining('above 3'),
      });
    }
    await behindAll(world);
    expect(hub.agent.state().configuration).toBe(3);
    // What it has told already is told again as it was.
    expect(await world.result(second, 2)).toMatchObject({ outcome: 'done', configuration: 2 });
    expect(hub.counters()).toMatchObject({ refused: { primary: { 'command/replayed': 2 } } });
    await hub.stop();
  },
);

test('an old journal in place of the newer one brings back no command that has an end, and nothing below the own file', async () => {
  const world = await openWorld();
  const putBack = keepJournal(world);
  const hub = startOn(world, realClock);
  const expires = new Date(realClock.wallMs() + hourMs).toISOString();
  const third = configure(world, 3, { expires });
  world.send(third);
  expect(await world.result(third)).toMatchObject({ outcome: 'done' });
  await hub.stop();

  putBack();
  const later = startOn(world, { ...realClock, wallMs: () => realClock.wallMs() + 2 * hourMs });
  world.send(third);
  expect(await world.result(third, 2)).toMatchObject({ outcome: 'expired' });
  expect(later.agent.state().configuration).toBe(1);
  await later.stop();

  putBack();
  writeFileSync(world.hubFile, stringify({ ...(parse(readFileSync(world.hubFile, 'utf8')) as object), version: 4 }));
  const own = startOn(world, unsetClock);
  world.send(third);
  expect(await world.result(third, 3)).toMatchObject({ outcome: 'refused' });
  expect(own.agent.state().configuration).toBe(4);
  await own.stop();
});

test('a retired key signs nothing more after a restart, and an old configuration that names it brings it back neither', async () => {
  const world = await openWorld();
  const next = makeKey();
  const hub = startOn(world, realClock);
  const announced = world.command('rotate-key', { key: next.publicKey });
  world.send(announced);
  expect(await world.result(announced)).toMatchObject({ outcome: 'done' });
  const [former = ''] = Object.keys(world.primary.keys);
  const retired = world.command('rotate-key', { retire: former });
  world.deliver(encodeCommand(retired, next));
  expect(await world.result(retired)).toMatchObject({ outcome: 'done' });
  await hub.stop();

  const again = startOn(world, unsetClock);
  // Signed by the former key, with a counter that was never there: whoever stole it.
  const stolen = configure(world, 9);
  world.send(stolen);
  world.send(announced);
  const naming = configure(world, 5);
  world.deliver(encodeCommand(naming, next));
  expect(await world.result(naming)).toMatchObject({ outcome: 'done' });
  world.send(configure(world, 10));
  const last = world.command('camera-visit');
  world.deliver(encodeCommand(last, next));
  await world.result(last);
  expect(again.agent.state().configuration).toBe(5);
  expect(again.counters()).toMatchObject({ refused: { primary: { 'signature/unknown-key': 3 } } });
  expect(world.resultsOf(stolen)).toEqual([]);
  await again.stop();
});
