import { expect, onTestFinished, test } from 'vitest';
import { createRealRandom } from '#agent/runtime/random.ts';
import { startBroker } from '#centre/broker.ts';
import { type FaultProxy, startFaultProxy } from '#simulator/network/faultProxy.ts';
import type { SeenPiece } from '#simulator/network/faults.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { type AgentAtWork, startAgentAtWork } from './agentWorld.ts';
import { createSliceCentre, type SliceCentre } from './sliceWorld.ts';
import { realClock } from './uplinkWorld.ts';

type Side = 'hub' | 'centre';
type End = 'cut' | 'silence';

interface World {
  agent: AgentAtWork;
  centre: SliceCentre;
  proxies: Record<Side, FaultProxy>;
}

const brokers = {
  'MQTT 5': async (): Promise<number> => {
    const broker = await startMosquitto();
    onTestFinished(broker.remove);
    return broker.port;
  },
  'MQTT 3.1.1': async (): Promise<number> => {
    const broker = await startBroker();
    onTestFinished(broker.close);
    return broker.port;
  },
} as const;

/** Runs at one time: each has its broker, its centre and its hub. */
const atOnce = 8;

async function openWorld(port: number): Promise<World> {
  const open = async (): Promise<FaultProxy> => {
    const proxy = await startFaultProxy({ clock: realClock, random: createRealRandom(), to: { port } });
    onTestFinished(proxy.close);
    return proxy;
  };
  const proxies = { hub: await open(), centre: await open() };
  const centre = createSliceCentre(`mqtt://127.0.0.1:${proxies.centre.port}`);
  await centre.connect();
  // The hub's connection waits here until there is something to bring.
  proxies.hub.up({ blackhole: true });
  const url = `mqtt://127.0.0.1:${proxies.hub.port}`;
  return { agent: startAgentAtWork({ primary: { centre, url } }), centre, proxies };
}

/** An alarm's whole way: pressed before there is a connection, acknowledged over a good one. The packets, as they went. */
async function alarmWay({ agent, centre, proxies }: World): Promise<void> {
  await agent.logged({ step: 'receiver' });
  agent.say('press pendant-1');
  await agent.logged({ step: 'journal' });
  proxies.hub.up();
  const { ref } = await agent.logged({ step: 'acknowledged' });
  const found = await centre.opened(ref);
  expect(centre.alarms()).toEqual([found]);
  expect(agent.log().filter((line) => line['step'] === 'acknowledged')).toHaveLength(1);
  expect(agent.counters()).toMatchObject({ outbox: { acknowledged: 1, wrongHash: 0 } });
}

/**
 * One life with a cut in front of the packet with this number, counted from 1. Gives what kind of packet that was, and
 * nothing when the alarm's way was shorter.
 */
async function lifeWithCut(port: number, side: Side, before: number, end: End): Promise<SeenPiece['kind'] | undefined> {
  const world = await openWorld(port);
  let packets = 0;
  let cutOff: SeenPiece['kind'] | undefined;
  world.proxies[side].watch(({ kind }) => {
    packets += 1;
    if (packets !== before) return 'pass';
    cutOff = kind;
    return end;
  });
  await alarmWay(world);
  await world.agent.stop();
  return cutOff;
}

for (const [protocol, openBroker] of Object.entries(brokers)) {
  for (const side of ['hub', 'centre'] as const) {
    for (const end of ['cut', 'silence'] as const) {
      const heard = end === 'cut' ? 'both ends hear it' : 'the broker hears nothing';
      test(`an alarm is opened once and acknowledged, wherever the ${side}'s connection is cut and ${heard} (${protocol})`, async () => {
        const cutOff: (SeenPiece['kind'] | undefined)[] = [];
        // How long the way is depends on what overtakes what: it is cut one packet later each time, until it ended before.
        while (!cutOff.includes(undefined)) {
          const places = Array.from({ length: atOnce }, (_, index) => cutOff.length + index + 1);
          const lives = places.map(async (before) => await lifeWithCut(await openBroker(), side, before, end));
          cutOff.push(...(await Promise.all(lives)));
        }
        const ofEveryWay = [
          'publish',
          'puback',
          ...(side === 'hub' ? ['connect', 'connack', 'subscribe', 'suback'] : []),
        ];
        expect(cutOff).toEqual(expect.arrayContaining(ofEveryWay));
      });
    }
  }
}
