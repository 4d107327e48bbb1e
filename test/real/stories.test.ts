import { expect, test } from 'vitest';
import { createRealClock } from '#agent/runtime/clock.ts';
import { prettyReport } from '#simulator/report/pretty.ts';
import { playFile } from '#simulator/scenario/play.ts';
import { chooseBroker } from '#simulator/network/realBroker.ts';
import { openRealWorlds } from '#simulator/world/realWorld.ts';

/**
 * Stories that need little time of their own; in virtual time they pass too, with all the others. None restarts the broker:
 * the embedded one forgets its sessions, so that the alarm comes a round later. sliceBroker.test.ts does it on mosquitto.
 */
const stories = [
  'a-press-reaches-the-centre',
  'a-press-heard-very-weakly-counts',
  'a-second-pendant-in-the-kitchen',
  'after-the-acknowledgement-a-press-is-a-new-alarm',
  'an-unset-clock-stands-in-no-alarms-way',
  'the-hub-crashes-with-an-alarm-pending',
  'two-pendants-are-two-alarms',
];

test.concurrent.each(stories)('%s, in real time, on a pseudo terminal, sockets, a broker and files', async (story) => {
  const file = `test/scenarios/${story}.yaml`;
  const played = await playFile(file, openRealWorlds({ clock: createRealClock(), ...chooseBroker() }));
  const common = { file, startedAt: '', elapsedMs: 0 };
  const result = played.ok ? { ...common, outcome: played.value } : { ...common, problems: played.problem };
  expect(prettyReport([result])).toMatch(/^ok {4}.*\n1 passed, 0 failed\n$/u);
});
