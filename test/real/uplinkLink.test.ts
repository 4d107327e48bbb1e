import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { expect, onTestFinished, test } from 'vitest';
import { backoffCapMs } from '#agent/uplink/backoff.ts';
import { startLink, type Link } from '#agent/uplink/mqttLink.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { CloseReason, SessionOptions } from '#agent/uplink/session.ts';
import type { Random } from '#protocol/core/time.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { createStory, realClock, sessionDefaults, silentLog, type Story } from './uplinkWorld.ts';

type LinkEvent =
  | { type: 'up'; protocol: number }
  | { type: 'down'; reason: CloseReason }
  | { type: 'message'; topic: string; text: string };

/** What "at once" may take on a slow machine: less than the pauses, and the keepalive, that it is not to wait for. */
const slackMs = 30_000;

/** Draws so low that a test does not wait, and yet not nothing. */
const lowRandom: Random = () => 0.02;

function startTestLink(options: Pick<SessionOptions, 'url'> & Partial<SessionOptions>): Link & Story<LinkEvent> {
  const story = createStory<LinkEvent>();
  const link = startLink({
    open: mqttSessions({ clock: realClock }),
    options: { ...sessionDefaults(), ...options },
    clock: realClock,
    random: lowRandom,
    log: silentLog,
    listener: {
      up: ({ protocol }) => story.tell({ type: 'up', protocol }),
      down: (reason) => story.tell({ type: 'down', reason }),
      message: (topic, payload) => story.tell({ type: 'message', topic, text: Buffer.from(payload).toString() }),
      room() {},
    },
  });
  return { ...link, ...story };
}

function stopped(link: Link): Promise<void> {
  return new Promise((resolve) => link.stop(resolve));
}

test('when the broker stops the link is down at once; when it starts again the link is up within its pause', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.remove());
  const link = startTestLink({ url: broker.url, subscriptions: [{ topic: 'a/#', qos: 1 }] });
  await link.until(({ type }) => type === 'up');
  expect(link.publish('a/1', Buffer.from('before'), { qos: 1, retain: false })).toBe('sent');
  await link.until((event) => event.type === 'message' && event.text === 'before');

  const beganMs = realClock.monotonicMs();
  await broker.stop();
  await link.until(({ type }) => type === 'down');
  expect(realClock.monotonicMs() - beganMs).toBeLessThan(slackMs);
  expect(link.isUp()).toBe(false);
  expect(link.publish('a/2', Buffer.from('meanwhile'), { qos: 1, retain: false })).toBe('down');

  await broker.restart();
  const restartedMs = realClock.monotonicMs();
  const again = link.until(() => link.events.filter(({ type }) => type === 'up').length === 2);
  await again;
  expect(realClock.monotonicMs() - restartedMs).toBeLessThan(lowRandom() * backoffCapMs + slackMs);
  expect(link.publish('a/3', Buffer.from('after'), { qos: 1, retain: false })).toBe('sent');
  await link.until((event) => event.type === 'message' && event.text === 'after');
  const texts = link.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  expect(texts).toEqual(['before', 'after']);
  expect(link.status()).toMatchObject({ up: true, dropped: 1, refused: 0 });
  await stopped(link);
});

test('a broker that dies without a word is noticed, and found again', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.remove());
  const link = startTestLink({ url: broker.url });
  await link.until(({ type }) => type === 'up');
  await broker.stopHard();
  expect(await link.until(({ type }) => type === 'down')).toMatchObject({
    reason: { code: expect.stringMatching(/^(closed-by-broker|connection-lost)$/u) },
  });
  await broker.restart();
  await link.until(() => link.events.filter(({ type }) => type === 'up').length === 2);
  await stopped(link);
});

test('a new certificate or keepalive is taken by an orderly change of session', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.remove());
  const options = { ...sessionDefaults(), url: broker.url };
  const link = startTestLink(options);
  await link.until(({ type }) => type === 'up');
  link.change({ ...options, keepaliveS: 900 });
  await link.until(() => link.events.length === 3);
  expect(link.events.map(({ type }) => type)).toEqual(['up', 'down', 'up']);
  await broker.logged('k900');
  await stopped(link);
});

test('a broker that knows no MQTT 5 is spoken to in 3.1.1', async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const link = startTestLink({ url, subscriptions: [{ topic: 'echo', qos: 1 }] });
  expect(await link.until(({ type }) => type === 'up')).toEqual({ type: 'up', protocol: 4 });
  expect(link.status().attempts).toBe(2);
  link.publish('echo', Buffer.from('hej'), { qos: 1, retain: false });
  expect(await link.until(({ type }) => type === 'message')).toMatchObject({ text: 'hej' });
  await stopped(link);
  server.close();
  await new Promise<void>((resolve) => {
    aedes.close(resolve);
  });
});
