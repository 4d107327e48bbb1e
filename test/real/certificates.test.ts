import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startLink } from '#agent/uplink/mqttLink.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import { type Authority, type Certificate, createAuthority, selfSigned } from '#test/certificates.ts';
import { type ShippedBroker, startShippedBroker } from './shippedBroker.ts';
import { createStory, realClock, sessionDefaults, unsetClock } from './uplinkWorld.ts';

let authority: Authority;
let strangers: Authority;
let self: Certificate & { remove(): void };
let good: Certificate;

beforeAll(() => {
  authority = createAuthority();
  strangers = createAuthority({ name: 'another authority' });
  self = selfSigned('hub-1');
  good = authority.issue({ commonName: 'hub-1', use: 'client' });
});
afterAll(() => [authority, strangers, self].forEach(({ remove }) => remove()));

interface Fate {
  code: string;
  advice?: unknown;
}

/** How a hub fares: up, or what its log says of the trouble. */
async function meet(broker: Pick<ShippedBroker, 'url'>, tls: TlsIdentity, clock = realClock): Promise<Fate> {
  const story = createStory<Fate>();
  const tell = (fields: object | undefined): void => {
    if (fields !== undefined && 'code' in fields) story.tell(fields as Fate);
  };
  const options = { ...sessionDefaults(), url: broker.url, tls };
  const link = startLink({
    open: mqttSessions({ clock }),
    options,
    clock,
    random: () => 0.5,
    log: { debug() {}, info() {}, warn: tell, error() {} },
    listener: { up: () => story.tell({ code: 'up' }), down() {}, message() {}, room() {} },
  });
  const fate = await story.until(() => true);
  await new Promise<void>((resolve) => link.stop(resolve));
  return fate;
}

const own = (): TlsIdentity => ({ ca: authority.certificate, certificate: good.certificate, key: good.key });
const of = ({ certificate, key }: Certificate): TlsIdentity => ({ ca: authority.certificate, certificate, key });
const client = { commonName: 'hub-1', use: 'client' } as const;
const server = { commonName: 'broker', use: 'server' } as const;
const refused = 'tls/own-certificate-refused';

describe("of hubs' certificates only the good one connects to the shipped broker", () => {
  let broker: ShippedBroker;
  beforeAll(async () => (broker = await startShippedBroker(authority, authority.issue(server))));
  afterAll(() => broker.remove());

  const cases: [what: string, tls: () => TlsIdentity, code: string][] = [
    ['the good one', own, 'up'],
    ['none', () => ({ ca: authority.certificate }), refused],
    ['one that has expired', () => of(authority.issue({ ...client, validity: 'expired' })), refused],
    ['one that is not valid yet', () => of(authority.issue({ ...client, validity: 'not-yet' })), refused],
    ['one of another authority', () => of(strangers.issue(client)), refused],
    ['one of its own making', () => of(self), refused],
    ['one that is for servers', () => of(authority.issue({ ...client, use: 'server' })), refused],
    ['one with a weak key', () => of(authority.issue({ ...client, key: 'rsa-1024' })), 'bad-own-certificate'],
    ["another's key", () => ({ ...own(), key: self.key }), 'bad-own-certificate'],
    ['text that is none', () => ({ ...own(), certificate: 'hello' }), 'bad-own-certificate'],
  ];
  test.each(cases)('%s', async (_what, tls, code) => {
    const fate = await meet(broker, tls());
    expect(fate.code).toBe(code);
    expect(typeof fate.advice === 'string').toBe(code !== 'up');
  });
});

describe("of brokers' certificates only the good one is taken by a hub, and dates count only when it knows the time (B12.3)", () => {
  const cases: [what: string, certificate: () => Certificate, code: string, codeWithoutTime: string][] = [
    ['the good one', () => authority.issue(server), 'up', 'up'],
    ['expired', () => authority.issue({ ...server, validity: 'expired' }), 'tls/expired-certificate', 'up'],
    ['not yet valid', () => authority.issue({ ...server, validity: 'not-yet' }), 'tls/not-yet-valid-certificate', 'up'],
    ['of another authority', () => strangers.issue(server), 'tls/untrusted', 'tls/untrusted'],
    [
      'expired and of another authority',
      () => strangers.issue({ ...server, validity: 'expired' }),
      // OpenSSL tells the last of two troubles.
      'tls/expired-certificate',
      'tls/untrusted',
    ],
    ['of its own making', () => self, 'tls/untrusted', 'tls/untrusted'],
    [
      "in another's name",
      () => authority.issue({ ...server, names: ['DNS:other.example'] }),
      'tls/wrong-name',
      'tls/wrong-name',
    ],
    [
      "expired and in another's name",
      () => authority.issue({ ...server, names: ['DNS:other.example'], validity: 'expired' }),
      'tls/expired-certificate',
      'tls/wrong-name',
    ],
    ["a hub's", () => authority.issue({ ...client, names: ['IP:127.0.0.1'] }), 'tls/untrusted', 'tls/untrusted'],
  ];
  test.each(cases)('%s', async (_what, certificate, code, codeWithoutTime) => {
    const broker = await startShippedBroker(authority, certificate());
    onTestFinished(broker.remove);
    const [known, unknown] = [await meet(broker, own()), await meet(broker, own(), unsetClock)];
    expect([known.code, unknown.code]).toEqual([code, codeWithoutTime]);
    for (const fate of [known, unknown]) expect(typeof fate.advice === 'string').toBe(fate.code !== 'up');
  });

  const servers: [what: string, certificate: () => Certificate, options: TlsOptions][] = [
    ['with a weak key', () => authority.issue({ ...server, key: 'rsa-1024' }), {}],
    ['with TLS 1.1 and no newer', () => authority.issue(server), { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }],
  ];
  test.each(servers)('%s, which Mosquitto itself does not offer', async (_what, certificate, options) => {
    const { certificate: cert, key } = certificate();
    const listener = createServer({ cert, key, ciphers: 'DEFAULT@SECLEVEL=0', ...options });
    // What the hub refuses is an error here too.
    listener.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    onTestFinished(() => void listener.close());
    const { port } = listener.address() as AddressInfo;
    const fate = await meet({ url: `mqtts://127.0.0.1:${port}` }, own());
    expect(fate).toEqual(expect.objectContaining({ code: 'tls/failed', advice: expect.any(String) as string }));
  });
});
