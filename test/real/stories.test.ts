import { expect, test } from 'vitest';
import { createRealClock } from '#agent/runtime/clock.ts';
import { chooseBroker } from '#simulator/network/realBroker.ts';
import { prettyReport } from '#simulator/report/pretty.ts';
import { findScenarios } from '#simulator/scenario/files.ts';
import { playFile } from '#simulator/scenario/play.ts';
import { openRealWorlds } from '#simulator/world/realWorld.ts';
import { openVirtualWorld } from '#simulator/world/virtualWorld.ts';
import type { OpenWorld } from '#simulator/world/world.ts';

/** Stories that need half a minute of their own at most. */
const { files } = findScenarios(['test/scenarios/short']);

const openRealWorld = openRealWorlds({ clock: createRealClock(), ...chooseBroker() });

/**
 * The verdict in full, but for how long it took, and the reports in the order in which they first came to a centre. Which
 * of two centres a hub that starts anew reaches first is luck; where it matters the story says so.
 */
async function play(file: string, openWorld: OpenWorld) {
  const played = await playFile(file, openWorld);
  const common = { file, startedAt: '', elapsedMs: 0 };
  const result = played.ok ? { ...common, outcome: played.value } : { ...common, problems: played.problem };
  const reports = new Map<string, string>();
  for (const event of played.ok ? played.value.events : []) {
    if (event.kind !== 'arrival' || reports.has(event.ref)) continue;
    reports.set(event.ref, `${event.report} from ${event.from}, ${event.status}`);
  }
  return {
    verdict: prettyReport([result]).replace(/ \([0-9hms]+\)$/mu, ''),
    reports: [...reports.values()],
  };
}

test.concurrent.each(files)(
  '%s comes out in real time, on a pseudo terminal, sockets, mosquitto and files, as it does in virtual time',
  async (file) => {
    const inVirtualTime = await play(file, openVirtualWorld);
    expect(inVirtualTime.verdict).toMatch(/^ok .*\n1 passed, 0 failed\n$/u);
    expect(await play(file, openRealWorld)).toEqual(inVirtualTime);
  },
);

test('the stories for both kinds of time are a dozen at least', () => {
  expect(files.length).toBeGreaterThanOrEqual(12);
});
