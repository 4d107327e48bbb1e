import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Authority, type Certificate, createAuthority, selfSigned } from '#test/certificates.ts';
import {
  importIdentity,
  type Made,
  provisionAuthority,
  provisionBroker,
  provisionCentre,
  provisionHub,
} from './bench.ts';
import { checkIdentity } from './check.ts';
import { showFile } from './show.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bench-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const options = (renew = false) => ({ folder, renew, nowMs: Date.now() });
const place = { address: 'broker.example', port: 8883 };

function provisionAll(renew = false): Made[] {
  const authority = provisionAuthority(options(renew));
  const others = [
    provisionBroker(options(renew), place),
    provisionCentre(options(renew), 'centre-1'),
    provisionHub(options(renew), 'hub-0001'),
  ];
  return [...authority, ...others.flatMap((made) => (made.ok ? made.value : []))];
}

function contents(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files
    .filter((file) => statSync(file).isFile())
    .toSorted()
    .map((file) => `${file}: ${readFileSync(file, 'utf8')}`);
}

describe('a bench', () => {
  test('set up a second time stays as it is, and is made anew when that is asked for', () => {
    provisionAll();
    const before = contents();
    expect(new Set(provisionAll().map(({ is }) => is))).toEqual(new Set(['kept']));
    expect(contents()).toEqual(before);
    provisionHub(options(true), 'hub-0001');
    const changed = contents().filter((text) => !before.includes(text));
    expect(changed.map((text) => /hub-0001\.(pem|key)(?=: )/u.exec(text)?.[0])).toEqual([
      'hub-0001.key',
      'hub-0001.pem',
    ]);
  });

  test('has keys that nobody but their owner reads', () => {
    provisionAll();
    const keys = [
      'authority/ca.key',
      'broker/server.key',
      'centres/centre-1/signing.pem',
      'hubs/hub-0001/hub-0001.key',
    ];
    expect(keys.map((key) => statSync(join(folder, key)).mode & 0o077)).toEqual([0, 0, 0, 0]);
  });

  test('says what comes first when something is missing', () => {
    expect(provisionBroker(options(), place)).toMatchObject({
      problem: expect.stringContaining('provision authority'),
    });
    provisionAuthority(options());
    expect(provisionHub(options(), 'hub-0001')).toMatchObject({ problem: expect.stringContaining('provision centre') });
    provisionCentre(options(), 'centre-1');
    expect(provisionHub(options(), 'hub-0001')).toMatchObject({ problem: expect.stringContaining('provision broker') });
  });

  test('gives no hub the name of a centre, whose rights it would have', () => {
    provisionAll();
    expect(provisionHub(options(), 'centre-1')).toMatchObject({ ok: false });
    expect(provisionCentre(options(), 'hub-0001')).toMatchObject({ ok: false });
  });
});

describe('an identity from a real centre', () => {
  const authority = createAuthority();
  const strangers = createAuthority({ name: 'strangers' });
  const stranger = selfSigned('hub-0001');
  afterAll(() => [authority, strangers, stranger].forEach(({ remove }) => remove()));
  const issue = (more: Partial<Parameters<typeof authority.issue>[0]> = {}): Certificate =>
    authority.issue({ commonName: 'hub-0001', use: 'client', ...more });
  const good = issue();
  const cases: [what: string, one: { ca?: string; certificate?: string; key?: string }, words: string][] = [
    ['a key of another request', { key: issue().key }, 'do not belong together'],
    ["another hub's certificate", issue({ commonName: 'hub-0002' }), 'common name is "hub-0002"'],
    ['a certificate of its own making', stranger, 'comes from'],
    ['an end in the past', issue({ validity: 'expired' }), 'ended on'],
    ['a begin in the future', issue({ validity: 'not-yet' }), 'begins on'],
    ['a weak key', issue({ key: 'rsa-1024' }), 'too weak'],
    ['authority and certificate mixed up', { ca: good.certificate }, 'mixed up'],
    ['text that is no certificate', { certificate: 'hello' }, 'none in PEM'],
    ['text that is no key', { key: 'hello' }, 'no private key'],
  ];
  test.each(cases)('with %s is refused in words', (_what, { ca, certificate, key }, words) => {
    const texts = {
      ca: ca ?? authority.certificate,
      certificate: certificate ?? good.certificate,
      key: key ?? good.key,
    };
    expect(checkIdentity(texts, 'hub-0001', Date.now())).toMatchObject({ problem: expect.stringContaining(words) });
  });

  describe('with certificates in between', () => {
    const client = { commonName: 'hub-0001', use: 'client' } as const;
    type Sound = Pick<Authority, 'certificate'>;
    const text = (...chain: readonly Sound[]): string => chain.map(({ certificate }) => certificate).join('');
    const check = (own: Certificate, ...between: readonly Sound[]) => {
      const texts = { ca: authority.certificate, certificate: text(own, ...between), key: own.key };
      return checkIdentity(texts, 'hub-0001', Date.now());
    };
    const first = authority.between({ name: 'first' });
    const second = first.between({ name: 'second' });
    const own = second.issue(client);

    test('that lead to the authority is taken as it is', () => {
      const file = join(folder, 'chain.pem');
      writeFileSync(file, text(own, second, first));
      const from = { ca: authority.certificateFile, certificate: file, key: own.keyFile };
      expect(importIdentity(options(), 'hub-0001', from)).toMatchObject({ ok: true });
      expect(readFileSync(join(folder, 'hubs/hub-0001/hub-0001.pem'), 'utf8')).toBe(text(own, second, first));
      expect(check(own, second, first, authority)).toMatchObject({ ok: true });
    });

    const below = (more: Parameters<Authority['between']>[0]) => authority.between({ name: 'in between', ...more });
    const issued = (one: Authority): [Certificate, Sound] => [one.issue(client), one];
    const deep = (): [Certificate, ...Sound[]] => {
      const all = [authority];
      for (let depth = 0; depth < 4; depth += 1) all.unshift((all[0] ?? authority).between({ name: `depth ${depth}` }));
      return [(all[0] ?? authority).issue(client), ...all];
    };
    const bad: [what: string, chain: () => [Certificate, ...Sound[]], words: string][] = [
      ['of which one is missing', () => [own, second], 'the certificate in between, of CN=second, comes from CN=first'],
      ['of which all are missing', () => [own], 'the certificate comes from CN=second'],
      ['in the wrong order', () => [own, first, second], 'the certificate comes from CN=second'],
      ['of another authority', () => issued(strangers.between({ name: 'between' })), 'comes from CN=strangers'],
      [
        'with a weak key',
        () => issued(below({ key: 'rsa-1024' })),
        'RSA key of 1024 bits, in the certificate of CN=in',
      ],
      ['that have ended', () => issued(below({ validity: 'expired' })), 'the certificate of CN=in between ended on'],
      [
        'that have not begun',
        () => issued(below({ validity: 'not-yet' })),
        'the certificate of CN=in between begins on',
      ],
      ['signed with a broken digest', () => issued(below({ digest: 'sha1' })), 'which is broken'],
      ['by whom nobody may be issued', () => [own, authority.issue({ ...client, commonName: 'second' })], 'comes from'],
      ['too many of them', deep, 'the chain is too long'],
    ];
    test.each(bad)('%s is refused in words', (_what, chain, words) => {
      expect(check(...chain())).toMatchObject({ problem: expect.stringContaining(words) });
    });

    test('is taken with as many as a hub follows', () => {
      const most = second.between({ name: 'third' });
      expect(check(most.issue(client), most, second, first)).toMatchObject({ ok: true });
    });
  });

  test('that belongs together is taken', () => {
    const from = { ca: authority.certificateFile, certificate: good.certificateFile, key: good.keyFile };
    expect(importIdentity(options(), 'hub-0001', from)).toMatchObject({ ok: true });
    expect(readFileSync(join(folder, 'hubs/hub-0001/hub-0001.pem'), 'utf8')).toBe(good.certificate);
  });
});

describe('what a file holds', () => {
  const shown = (file: string) => {
    const read = showFile(join(folder, file), folder, Date.now());
    return read.ok ? read.value : read.problem;
  };

  test('is shown of a signing key by its id and public half, with the centre and the hubs that know it; nothing secret', () => {
    provisionAll();
    const found = shown('centres/centre-1/signing.pem');
    expect(found).toEqual([
      {
        is: 'signing key',
        keyId: expect.stringMatching(/^[0-9a-f]{8}$/u) as string,
        publicKey: expect.any(String) as string,
        usedBy: ['centres/centre-1/signing.pem', 'hubs/hub-0001/hub.yaml (centre.primary)'],
      },
    ]);
    const secret = readFileSync(join(folder, 'centres/centre-1/signing.pem'), 'utf8').split('\n')[1] ?? '';
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  test('is shown of a certificate by its names, its dates and the days that are left', () => {
    provisionAll();
    expect(shown('broker/server.pem')).toMatchObject([
      {
        subject: 'CN=broker',
        issuer: 'CN=welfare-hub bench',
        names: ['DNS:broker.example', 'DNS:localhost', 'IP Address:127.0.0.1'],
        authority: false,
        key: 'ec prime256v1',
        daysLeft: 824,
        usedBy: ['broker/server.pem'],
      },
    ]);
    expect(shown('authority/ca.pem')).toMatchObject([
      {
        authority: true,
        usedBy: expect.arrayContaining(['authority/ca.pem', 'broker/ca.pem', 'hubs/hub-0001/ca.pem']) as string[],
      },
    ]);
  });

  test('is said in words when it is something else', () => {
    provisionAll();
    expect(shown('broker/mosquitto.conf')).toContain('no certificate in PEM');
    expect(shown('hubs/hub-0001/hub-0001.key')).toContain('right would be ed25519');
    writeFileSync(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    expect(shown('broken.pem')).toContain('cannot be read');
  });
});
