import { expect, onTestFinished, test } from 'vitest';
import type { Journal } from '#agent/hub/ports.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { createMemoryJournal } from '#simulator/fleet/memoryJournal.ts';
import { startFaultProxy } from '#simulator/network/faultProxy.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { type AgentAtWork, pendants, startAgentAtWork } from '#test/real/agentWorld.ts';
import { createSliceCentre, hubId, type SliceCentre } from '#test/real/sliceWorld.ts';
import { realClock } from '#test/real/uplinkWorld.ts';

/** A minute without a link, or ten with `scripts/test --long`. */
const offlineMs = (process.env['WELFARE_HUB_LONG'] === 'yes' ? 10 : 1) * minuteMs;
const eventEveryMs = 2 * secondMs;

/** What was left over from before: reports of all the lower priorities, in turn. */
const backlogRows = 5_000;
const backlogPriorities = [1, 2, 3, 4, 5];

/** So many may be on their way when a press comes (outbox.ts), and so many again may have arrived before it is heard. */
const aheadLimit = 128;

const smoke = pendants.slice(0, 2).map((pendant, index) => ({
  ...pendant,
  name: `smoke-${index + 1}`,
  kind: 'smoke',
  id: `00b1000${index + 1}`,
  profile: 'F6-05-02' as const,
}));

test('what gathers without a link is all delivered, highest priority first and oldest first, and a new press goes before it', {
  timeout: offlineMs + 3 * minuteMs,
}, async () => {
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const proxy = await startFaultProxy({ clock: realClock, random: createRealRandom(), to: { port: broker.port } });
  onTestFinished(proxy.close);
  proxy.down();
  const centre = createSliceCentre(broker.url);
  await centre.connect();
  const primary = { centre, url: `mqtt://127.0.0.1:${proxy.port}` };
  const journal = withBacklog();
  const agent = startAgentAtWork({ primary, journal, transmitters: [...pendants, ...smoke] });
  await agent.logged({ step: 'receiver' });
  const alarms = await liveOffline(agent);

  proxy.up();
  await arrivals(centre, alarms + 500);
  const before = centre.cases().length;
  agent.say('press pendant-8');
  const { ref } = await agent.logged({ step: 'alarm' }, alarms + 1);
  await centre.opened(ref);
  const place = centre.cases().findIndex((found) => found.ref === ref);
  expect(place - before).toBeLessThan(aheadLimit);
  expect(place).toBeLessThan(backlogRows / 2);

  await arrivals(centre, backlogRows + alarms + 1);
  while ([...journal.pending()].length > 0) await pause(20);
  // What the hub itself reports when the link is back is younger than what went before it.
  const gathered = (found: Found): boolean => isLeftOver(found) || found.record.report === 'alarm';
  const cases = centre.cases().filter((found) => gathered(found) && found.ref !== ref);
  expect(centre.counts()).toMatchObject({ refused: 0 });
  const byRule = cases.toSorted((a, b) => b.record.pri - a.record.pri || happened(a) - happened(b));
  expect(cases.map(said)).toEqual(byRule.map(said));
  expect(cases).toHaveLength(backlogRows + alarms);
});

type Found = ReturnType<SliceCentre['cases']>[number];

const isLeftOver = ({ record }: Found): boolean => record.when.boot === 'boot-0';
const happened = ({ record }: Found): number => record.when.monotonicMs;
const said = ({ ref, record }: Found): string => `${record.pri} ${ref}`;

/** Each report stands for something that happened before this life: its time is before all others, one after the other. */
function withBacklog(): Journal {
  const journal = createMemoryJournal();
  for (let row = 0; row < backlogRows; row += 1) {
    const priority = backlogPriorities[row % backlogPriorities.length] ?? 1;
    const ref = `B${String(row).padStart(6, '0')}`;
    const when = { boot: 'boot-0', monotonicMs: row, wall: '2026-01-01T00:00:00.000Z', trusted: true };
    const content = { report: 'information', from: 'hub', dty: 2, stc: 107, pri: priority } as const;
    const record = encodeRecord({ v: 1, hub: hubId, ref, ...content, when });
    const stamp = { ...when, wallMs: Date.parse(when.wall) };
    journal.commit(stamp, [{ kind: 'report', ref, priority, body: { record, buffered: true } }]);
  }
  return journal;
}

/** A press or smoke now and then, each of another transmitter until all have had theirs. Tells how many alarms that was. */
async function liveOffline(agent: AgentAtWork): Promise<number> {
  const endMs = realClock.monotonicMs() + offlineMs;
  const said = [
    ...pendants.slice(0, 7).map(({ name }) => `press ${name}`),
    ...smoke.map(({ name }) => `smoke ${name}`),
  ];
  // Low and high in turn: what came last of the highest goes first.
  const inTurn = said
    .toReversed()
    .flatMap((words, index) => (index % 2 === 0 ? [words] : []))
    .concat(said.toReversed().flatMap((words, index) => (index % 2 === 1 ? [words] : [])));
  for (const words of inTurn) {
    agent.say(words);
    await pause(eventEveryMs);
  }
  await new Promise<void>((resolve) => realClock.at(endMs, resolve));
  return inTurn.length;
}

async function arrivals(centre: SliceCentre, count: number): Promise<void> {
  while (centre.cases().length < count) await pause(1);
}

async function pause(durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => realClock.at(realClock.monotonicMs() + durationMs, resolve));
}
