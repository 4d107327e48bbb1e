import { describe, expect, onTestFinished, test } from 'vitest';
import type { HubDevices } from '#agent/hub/devices.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { type FaultProxy, startFaultProxy } from '#simulator/network/faultProxy.ts';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { createAuthority } from '#test/certificates.ts';
import { type AgentAtWork, type Reached, startAgentAtWork } from './agentWorld.ts';
import { createSliceCentre, hubId, type SliceCentre } from './sliceWorld.ts';
import { realClock } from './uplinkWorld.ts';

/** What the configuration of these hubs gives a path (B2.2), and what a slow machine with every other test beside it gets. */
const answerWithinMs = 5_000;
const slackMs = 30_000;
const paths = { answerWithin: '5s', roundEvery: '60s' };
/** Where something else than the end of this time, or of a round, is to lead to the next path. */
const patientPaths = { paths: { answerWithin: '60s', roundEvery: '60s' } };

async function openBroker(options: Parameters<typeof startMosquitto>[0] = {}): Promise<Mosquitto> {
  const broker = await startMosquitto(options);
  onTestFinished(broker.remove);
  return broker;
}

/** A centre at a broker of its own, and a proxy on the hub's way to it. */
async function openCentre(): Promise<Reached & { proxy: FaultProxy; broker: Mosquitto }> {
  const broker = await openBroker();
  const centre = createSliceCentre(broker.url);
  await centre.connect();
  const ports = { clock: realClock, random: createRealRandom() };
  const proxy = await startFaultProxy({ ...ports, to: { port: broker.port } });
  onTestFinished(proxy.close);
  return { centre, proxy, broker, url: `mqtt://127.0.0.1:${proxy.port}` };
}

/** A press, and how long it takes until the reserve centre has acknowledged it; all that is known says so. */
async function pressedToReserve(agent: AgentAtWork, reserve: SliceCentre): Promise<number> {
  const startedMs = realClock.monotonicMs();
  agent.say('press pendant-1');
  const { ref } = await agent.logged({ step: 'acknowledged' });
  const tookMs = realClock.monotonicMs() - startedMs;
  expect(await reserve.opened(ref)).toMatchObject({ path: 'reserve', arrivals: 1 });
  expect(agent.log().find(({ step }) => step === 'acknowledged')).toMatchObject({ path: 'reserve' });
  return tookMs;
}

describe('the reserve takes over (B2.2, B2.4, H16)', () => {
  test('from a primary that is connected and silent, within the time that a path gets', async () => {
    const [primary, reserve] = await Promise.all([openCentre(), openCentre()]);
    const agent = startAgentAtWork({ primary, reserve, layer: { paths } });
    await agent.logged({ step: 'connected', path: 'primary' });
    await agent.logged({ step: 'connected', path: 'reserve' });
    await agent.logged({ step: 'receiver' });
    primary.proxy.up({ blackhole: true });
    const tookMs = await pressedToReserve(agent, reserve.centre);
    expect(tookMs).toBeGreaterThan(answerWithinMs - 50);
    expect(tookMs).toBeLessThan(answerWithinMs + slackMs);
    // Out of its hole it brings what it was given: the same alarm at another centre, under the same reference (B2.5).
    primary.proxy.up();
    const [alarm] = reserve.centre.alarms();
    expect(await primary.centre.opened(alarm?.ref)).toMatchObject({ path: 'primary', hash: alarm?.hash });
  });

  test('from a broker that is gone, at once', async () => {
    const [primary, reserve] = await Promise.all([openCentre(), openCentre()]);
    const agent = startAgentAtWork({ primary, reserve, layer: patientPaths });
    await agent.logged({ step: 'connected', path: 'primary' });
    await agent.logged({ step: 'connected', path: 'reserve' });
    await agent.logged({ step: 'receiver' });
    await primary.broker.stopHard();
    await agent.logged({ msg: 'connection lost' });
    expect(await pressedToReserve(agent, reserve.centre)).toBeLessThan(slackMs);
  });

  test.each([
    // RFC 6761 keeps "invalid" for names that never resolve.
    { what: 'a name that does not resolve', url: 'mqtt://broker.invalid:1883', code: 'dns' },
    // tcpmux, which nobody has.
    { what: 'a port at which nobody listens', url: 'mqtt://127.0.0.1:1', code: 'connection-refused' },
  ])('from $what, at once, and the log says what is wrong', async ({ url, code }) => {
    const reserve = await openCentre();
    const primary = { centre: createSliceCentre(reserve.broker.url), url };
    const agent = startAgentAtWork({ primary, reserve, layer: patientPaths });
    await agent.logged({ step: 'connected', path: 'reserve' });
    await agent.logged({ step: 'receiver' });
    expect(await pressedToReserve(agent, reserve.centre)).toBeLessThan(slackMs);
    await agent.logged({ code });
  });

  test('from a broker whose certificate has expired, at once, and the log says so', async () => {
    const authority = createAuthority();
    onTestFinished(authority.remove);
    const server = authority.issue({ commonName: 'broker', use: 'server', validity: 'expired' });
    const broker = await openBroker({ tls: { server, clients: authority } });
    const { certificate, key } = authority.issue({ commonName: hubId, use: 'client' });
    const reserve = await openCentre();
    const tls = { ca: authority.certificate, certificate, key };
    const primary = { centre: createSliceCentre(broker.url), url: broker.url, tls };
    const agent = startAgentAtWork({ primary, reserve, layer: patientPaths });
    await agent.logged({ step: 'connected', path: 'reserve' });
    await agent.logged({ step: 'receiver' });
    expect(await pressedToReserve(agent, reserve.centre)).toBeLessThan(slackMs);
    await agent.logged({ code: 'tls/expired-certificate' });
  });
});

/** A modem that is registered and has no data: what is sent by it is written down, and handed to the network. */
function modemWithoutData(): { devices: HubDevices; sent: { to: string; text: string }[] } {
  const sent: { to: string; text: string }[] = [];
  const devices: HubDevices = {
    openModem(listener) {
      const soon = (action: () => void): void => void realClock.at(realClock.monotonicMs(), action);
      soon(() => {
        listener.well();
        listener.status({ sim: 'ready', registration: 'home', access: '2G', data: false });
      });
      return {
        enterPin: (_, outcome) => soon(() => outcome('accepted')),
        recover() {},
        sendMessage(id, to, text) {
          sent.push({ to, text });
          soon(() => listener.messageOutcome(id, 'sent'));
        },
        stop() {},
      };
    },
  };
  return { devices, sent };
}

test('a modem without data but with a network brings an alarm by short message, and the centre gets it when there is a link', async () => {
  const primary = await openCentre();
  primary.proxy.down();
  const { devices, sent } = modemWithoutData();
  const agent = startAgentAtWork({ primary, devices, layer: { paths, sms: { number: '+46700000000' } } });
  await agent.logged({ step: 'receiver' });
  const startedMs = realClock.monotonicMs();
  agent.say('press pendant-1');
  const { ref } = await agent.logged({ step: 'journal' });
  while (sent.length === 0) await new Promise<void>((resolve) => realClock.at(realClock.monotonicMs() + 20, resolve));
  expect(realClock.monotonicMs() - startedMs).toBeLessThan(answerWithinMs + slackMs);
  expect(sent[0]).toEqual({ to: '+46700000000', text: expect.stringContaining(`H1 ${hubId} ${String(ref)} `) });
  primary.proxy.up();
  await agent.logged({ step: 'acknowledged', ref });
  expect(await primary.centre.opened(ref)).toMatchObject({ path: 'primary', buffered: true });
  expect(sent).toHaveLength(1);
});
