import { expect, onTestFinished, test } from 'vitest';
import { sha256Hex } from '#agent/uplink/keys.ts';
import { makeKey } from '#centre/keys.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { type Command, encodeCommand } from '#protocol/mqtt/command.ts';
import { encodeCentreState } from '#protocol/mqtt/state.ts';
import { type Forged, forgeries, isGenuine, type Loot } from '#test/forgeries.ts';
import { type HubUnderAttack, hubId, startHubUnderAttack } from '#test/hubUnderAttack.ts';

/** FORGERIES and SEED say how many and which: `FORGERIES=1000000 SEED=7 npx vitest run test/contract/forgery.test.ts`. */
const count = Number(process.env['FORGERIES'] ?? 100_000);
const seed = Number(process.env['SEED'] ?? 20_260_115);

/** One arrives so often, on the hub's clock. */
const everyMs = 5;

function start(): HubUnderAttack {
  const hub = startHubUnderAttack(seed);
  onTestFinished(hub.close);
  return hub;
}

/** Alarms of the past that were acknowledged, a command that was done, and an alarm that waits. */
function lootOf(hub: HubUnderAttack): Loot {
  const past = Array.from({ length: 5 }, () => {
    const body = hub.acknowledgementOf(hub.press());
    hub.down('ack', body);
    hub.clock.advance(5 * secondMs);
    return body;
  });
  const command: Command = { v: 1, hub: hubId, id: 'DONE1', counter: 50, name: 'forget', with: { name: 'nobody' } };
  const sealedCommand = encodeCommand(command, hub.key);
  hub.down('command', sealedCommand);
  const published = hub.press();
  const acknowledgement = hub.acknowledgementOf(published);
  const waiting = { v: 1, hub: hubId, ref: published.record.ref, hash: sha256Hex(published.text), snu: 0 } as const;
  const { random, key } = hub;
  return { random, past, command, sealedCommand, acknowledgement, waiting, keyId: key.keyId, stranger: makeKey() };
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);

function send(hub: HubUnderAttack, { topic, body }: Forged): void {
  hub.say(topic, body);
  hub.clock.advance(everyMs);
}

test(`none of ${count} forged messages has an effect, each is counted, and the log stays quiet`, () => {
  const hub = start();
  const loot = lootOf(hub);
  // Until the hub knows that the centre has the command's result, and has written that down.
  hub.clock.advance(3 * minuteMs);
  const names = Object.keys(forgeries);
  const before = { refused: sum(hub.refused()), commits: hub.commits(), lines: hub.lines.length };
  const state = hub.agent.state();
  const beganMs = hub.clock.monotonicMs();
  let sent = 0;
  let genuine = 0;
  while (sent < count) {
    const name = names[(sent + genuine) % names.length] as string;
    const forged = (forgeries[name] as (loot: Loot) => Forged)(loot);
    // A flipped bit where nothing is signed leaves the centre's own word.
    if (isGenuine(forged, loot)) {
      genuine += 1;
      continue;
    }
    const refused = sum(hub.refused());
    send(hub, forged);
    sent += 1;
    if (sum(hub.refused()) !== refused + 1)
      throw new Error(`seed ${seed}: ${name} was not refused: ${String(forged.body)}`);
  }
  expect(sum(hub.refused())).toBe(before.refused + count);
  expect(genuine).toBeLessThan(count / 10);
  expect(hub.waiting()).toEqual([loot.waiting.ref]);
  expect(hub.agent.state()).toEqual(state);
  expect(new Set(hub.reports.slice(5).map(({ record }) => record.ref))).toEqual(new Set([loot.waiting.ref]));
  expect(hub.commits()).toBe(before.commits);
  const minutes = Math.ceil((hub.clock.monotonicMs() - beganMs) / minuteMs) + 1;
  const lines = hub.lines.slice(before.lines).filter(({ level }) => level !== 'debug' && level !== 'info');
  expect(lines.length).toBeLessThanOrEqual(Object.keys(hub.refused()).length * minutes);
  hub.down('ack', loot.acknowledgement);
  hub.clock.advance(secondMs);
  expect(hub.waiting()).toEqual([]);
});

test('a command played again a thousand times is done once and costs no write, and one with a lower counter is a replay', () => {
  const hub = start();
  const { sealedCommand } = lootOf(hub);
  const commits = hub.commits();
  for (let again = 0; again < 1_000; again += 1) hub.down('command', sealedCommand);
  expect(hub.commits()).toBe(commits);
  for (let counter = 1; counter <= 49; counter += 1) {
    const command: Command = { v: 1, hub: hubId, id: `LOW${counter}`, counter, name: 'test-alarm' };
    hub.down('command', encodeCommand(command, hub.key));
  }
  hub.clock.advance(secondMs);
  expect(hub.refused()).toMatchObject({ 'command/replayed': 49 });
  expect(hub.commits()).toBe(commits);
  expect(hub.waiting()).toHaveLength(1);
});

test('a true signature over another record than the one that waits, or another hub, acknowledges nothing', () => {
  const hub = start();
  const published = hub.press();
  hub.down('ack', hub.acknowledgementOf({ ...published, text: `${published.text} ` }));
  hub.down('ack', hub.acknowledgementOf({ ...published, record: { ...published.record, ref: 'NEVER' } }));
  expect(hub.refused()).toMatchObject({ 'answer/wrong-hash': 1, 'answer/unknown-reference': 1 });
  expect(hub.waiting()).toEqual([published.record.ref]);
});

test('states that say that every centre is gone hold no alarm up: it goes out all the same', () => {
  const hub = start();
  for (let centre = 0; centre < 50; centre += 1) {
    hub.centreState(`centre-${centre}`, encodeCentreState({ v: 1, centre: `centre-${centre}`, state: 'offline' }));
  }
  const published = hub.press();
  expect(hub.waiting()).toContain(published.record.ref);
  expect(published.record).toMatchObject({ report: 'alarm', from: 'pendant' });
  hub.down('ack', hub.acknowledgementOf(published));
  expect(hub.waiting()).not.toContain(published.record.ref);
});
