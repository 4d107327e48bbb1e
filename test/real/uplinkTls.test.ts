import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import { createAuthority, type Authority, type Certificate, type IssueOptions } from '#test/certificates.ts';
import { startMosquitto, type Mosquitto } from '#simulator/network/mosquitto.ts';
import { openTestSession, realClock, unsetClock } from './uplinkWorld.ts';

let authority: Authority;
let strangers: Authority;
let broker: Mosquitto;
let hub: Certificate;

beforeAll(async () => {
  authority = createAuthority();
  strangers = createAuthority({ name: 'another authority' });
  hub = authority.issue({ commonName: 'hub-1', use: 'client' });
  broker = await brokerWith({ commonName: 'localhost', use: 'server' });
});

afterAll(async () => {
  await broker.remove();
  authority.remove();
  strangers.remove();
});

function brokerWith(certificate: IssueOptions): Promise<Mosquitto> {
  return startMosquitto({ tls: { server: authority.issue(certificate), clients: authority } });
}

function identity(change: Partial<TlsIdentity> = {}): TlsIdentity {
  return { ca: authority.certificate, certificate: hub.certificate, key: hub.key, ...change };
}

/** How a hub fares that meets this broker, in one word. */
async function outcome(url: string, tls?: TlsIdentity, clock = realClock): Promise<string> {
  const session = openTestSession({ url, ...(tls === undefined ? {} : { tls }) }, clock);
  const event = await session.until(({ type }) => type === 'up' || type === 'closed');
  session.close();
  return event.type === 'closed' ? event.reason.code : event.type;
}

async function outcomeWithBroker(certificate: IssueOptions, clock = realClock, tls = identity()): Promise<string> {
  const other = await brokerWith(certificate);
  onTestFinished(() => other.remove());
  const result = await outcome(other.url, tls, clock);
  return result;
}

test('hub and broker that know each other connect, by address and by name', async () => {
  expect(await outcome(broker.url, identity())).toBe('up');
  expect(await outcome(broker.url.replace('127.0.0.1', 'localhost'), identity())).toBe('up');
});

describe("the hub refuses a broker's certificate", () => {
  test('from an authority that it was not given', async () => {
    expect(await outcome(broker.url, identity({ ca: strangers.certificate }))).toBe('tls/untrusted');
  });

  test('that has expired', async () => {
    const expired: IssueOptions = { commonName: 'localhost', use: 'server', validity: 'expired' };
    expect(await outcomeWithBroker(expired)).toBe('tls/expired-certificate');
  });

  test('that is not valid yet', async () => {
    const early: IssueOptions = { commonName: 'localhost', use: 'server', validity: 'not-yet' };
    expect(await outcomeWithBroker(early)).toBe('tls/not-yet-valid-certificate');
  });

  test('in the name of another', async () => {
    const other: IssueOptions = { commonName: 'localhost', use: 'server', names: ['DNS:other.example'] };
    expect(await outcomeWithBroker(other)).toBe('tls/wrong-name');
  });

  test('that was made for clients', async () => {
    const client: IssueOptions = { commonName: 'localhost', use: 'client', names: ['IP:127.0.0.1'] };
    expect(await outcomeWithBroker(client)).toBe('tls/untrusted');
  });
});

describe('a hub without a trusted clock checks everything but the dates (B12.3)', () => {
  const expired: IssueOptions = { commonName: 'localhost', use: 'server', validity: 'expired' };
  const early: IssueOptions = { commonName: 'localhost', use: 'server', validity: 'not-yet' };

  test('it connects whatever the dates are', async () => {
    expect(await outcome(broker.url, identity(), unsetClock)).toBe('up');
    expect(await outcomeWithBroker(expired, unsetClock)).toBe('up');
    expect(await outcomeWithBroker(early, unsetClock)).toBe('up');
  });

  test('it refuses a stranger, wrong dates or not', async () => {
    const tls = identity({ ca: strangers.certificate });
    expect(await outcome(broker.url, tls, unsetClock)).toBe('tls/untrusted');
    const stranger = await brokerWith(expired);
    onTestFinished(() => stranger.remove());
    expect(await outcome(stranger.url, tls, unsetClock)).toBe('tls/untrusted');
    // Not even the name of the hub went out to it.
    await stranger.stop();
    expect(stranger.log.filter((line) => line.includes('New client connected'))).toEqual([]);
  });

  test('a damaged authority among those that it trusts ends the attempt, not the process', async () => {
    const damaged = authority.certificate.replace(/\n[A-Za-z0-9+/]{40}/u, '\nAAAA');
    const tls = identity({ ca: `${authority.certificate}${damaged}` });
    expect(await outcomeWithBroker(expired, unsetClock, tls)).toBe('tls/untrusted');
  });

  test('it refuses a certificate in the name of another, wrong dates or not', async () => {
    const other: IssueOptions = { commonName: 'localhost', use: 'server', names: ['DNS:other.example'] };
    expect(await outcomeWithBroker(other, unsetClock)).toBe('tls/wrong-name');
    expect(await outcomeWithBroker({ ...other, validity: 'expired' }, unsetClock)).toBe('tls/wrong-name');
  });

  test("it refuses another hub's certificate as a broker's, wrong dates or not", async () => {
    const client: IssueOptions = { commonName: 'hub-2', use: 'client', names: ['IP:127.0.0.1'] };
    expect(await outcomeWithBroker(client, unsetClock)).toBe('tls/untrusted');
    expect(await outcomeWithBroker({ ...client, validity: 'expired' }, unsetClock)).toBe('tls/untrusted');
  });
});

describe('the broker refuses a hub', () => {
  test('without a certificate', async () => {
    expect(await outcome(broker.url, { ca: authority.certificate })).toBe('tls/own-certificate-refused');
  });

  test('with a certificate of another authority', async () => {
    const { certificate, key } = strangers.issue({ commonName: 'hub-1', use: 'client' });
    expect(await outcome(broker.url, identity({ certificate, key }))).toBe('tls/own-certificate-refused');
  });

  test('with a certificate that has expired', async () => {
    const { certificate, key } = authority.issue({ commonName: 'hub-1', use: 'client', validity: 'expired' });
    expect(await outcome(broker.url, identity({ certificate, key }))).toBe('tls/own-certificate-refused');
  });
});

describe('a configuration that cannot work', () => {
  test('a key that is not the certificate’s, or no PEM at all', async () => {
    const { key } = strangers.issue({ commonName: 'hub-1', use: 'client' });
    expect(await outcome(broker.url, identity({ key }))).toBe('bad-own-certificate');
    expect(await outcome(broker.url, identity({ certificate: 'nonsense' }))).toBe('bad-own-certificate');
  });

  test('an authority that cannot be read trusts nobody', async () => {
    expect(await outcome(broker.url, identity({ ca: 'nonsense' }))).toBe('tls/untrusted');
  });

  test('certificates for an address without TLS, and TLS without an authority', async () => {
    expect(await outcome(broker.url.replace('mqtts', 'mqtt'), identity())).toBe('bad-url');
    expect(await outcome(broker.url)).toBe('bad-url');
  });

  test('TLS spoken to a broker without it, and the other way round', async () => {
    const plain = await startMosquitto();
    onTestFinished(() => plain.remove());
    expect(await outcome(plain.url.replace('mqtt', 'mqtts'), identity())).toBe('tls/failed');
    expect(await outcome(broker.url.replace('mqtts', 'mqtt'))).toBe('closed-before-answer');
  });
});

test('over TLS too an alarm right behind another packet does not wait for the acknowledgement of TCP', async () => {
  const session = openTestSession({ url: broker.url, tls: identity(), subscriptions: [{ topic: 'alarm/#', qos: 0 }] });
  await session.up();
  const tookMs: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    const beganMs = performance.now();
    // Nobody reads it, so that no answer carries the acknowledgement of TCP back.
    session.send('heartbeat', '', { qos: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    session.send(`alarm/${count}`, 'alarm');
    await session.heard(`alarm/${count}`);
    tookMs.push(performance.now() - beganMs);
  }
  // As without TLS (uplinkSession.test.ts): each costs 40 ms, or hardly one does.
  expect(tookMs.toSorted((a, b) => a - b)[10]).toBeLessThan(20);
  session.close();
});
