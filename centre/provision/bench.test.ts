import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Certificate, createAuthority, selfSigned } from '#test/certificates.ts';
import {
  importIdentity,
  type Made,
  provisionAuthority,
  provisionBroker,
  provisionCentre,
  provisionHub,
} from './bench.ts';
import { checkIdentity } from './check.ts';

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
  const stranger = selfSigned('hub-0001');
  afterAll(() => {
    authority.remove();
    stranger.remove();
  });
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

  test('that belongs together is taken', () => {
    const from = { ca: authority.certificateFile, certificate: good.certificateFile, key: good.keyFile };
    expect(importIdentity(options(), 'hub-0001', from)).toMatchObject({ ok: true });
    expect(readFileSync(join(folder, 'hubs/hub-0001/hub-0001.pem'), 'utf8')).toBe(good.certificate);
  });
});
