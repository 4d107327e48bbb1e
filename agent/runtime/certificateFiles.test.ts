import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { type Authority, type Certificate, createAuthority } from '#test/certificates.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type CentresTls, readCentresTls, watchCertificates } from './certificateFiles.ts';

let authority: Authority;
let good: Certificate;
beforeAll(() => {
  authority = createAuthority();
  good = authority.issue({ commonName: 'hub-0001', use: 'client' });
});
afterAll(() => authority.remove());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'renewal-'));
  put(good);
  copyFileSync(authority.certificateFile, join(folder, 'ca.pem'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put({ certificate, key }: Pick<Certificate, 'certificate' | 'key'>): void {
  writeFileSync(join(folder, 'hub.pem'), certificate);
  writeFileSync(join(folder, 'hub.key'), key);
}

function watch({ trusted = true } = {}) {
  const file = (name: string): string => join(folder, name);
  const tls = { ca: file('ca.pem'), certificate: file('hub.pem'), key: file('hub.key') };
  const configuration = homeConfiguration({ centre: { primary: { url: 'mqtts://broker.example', tls } } });
  const clock = createVirtualClock(Date.now());
  clock.setWall(Date.now(), trusted);
  const { log, lines } = createLogRecorder();
  const taken: CentresTls[] = [];
  const ends: number[] = [];
  const watched = watchCertificates(
    configuration,
    { clock, log, inUse: readCentresTls(configuration) },
    { onChanged: (tls) => taken.push(tls), onEnd: (endMs) => ends.push(endMs) },
  );
  const reasons = (): unknown[] => lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason']);
  return { ...watched, clock, taken, ends, reasons };
}

const client = { commonName: 'hub-0001', use: 'client' } as const;

test('a good certificate in place of the former one is in use within a minute', () => {
  const { clock, taken, ends, stop } = watch();
  const next = authority.issue(client);
  put(next);
  clock.advance(minuteMs);
  expect(taken).toMatchObject([{ primary: { certificate: next.certificate, key: next.key } }]);
  expect(ends).toHaveLength(2);
  stop();
});

const cases: [what: string, make: () => Pick<Certificate, 'certificate' | 'key'>, reason: string][] = [
  [
    'of another hub',
    () => authority.issue({ ...client, commonName: 'hub-0002' }),
    "is hub-0002's; right would be hub-0001's",
  ],
  ['with a weak key', () => authority.issue({ ...client, key: 'rsa-1024' }), 'too weak'],
  ['that has ended', () => authority.issue({ ...client, validity: 'expired' }), 'ended on'],
  ['that has not begun', () => authority.issue({ ...client, validity: 'not-yet' }), 'begins on'],
  ['for servers', () => authority.issue({ ...client, use: 'server' }), 'not one for clients'],
  ['with the key of another', () => ({ ...authority.issue(client), key: good.key }), 'do not belong together'],
  [
    'of which only half is written',
    () => ({ ...good, certificate: good.certificate.slice(0, 300) }),
    'cannot be read as PEM',
  ],
  ['that is empty', () => ({ ...good, certificate: '' }), 'cannot be read as PEM'],
];

test.each(cases)(
  'a certificate %s is not taken: the former one stays, and the log says why, once',
  (_what, make, reason) => {
    const { clock, taken, reasons, stop, look } = watch();
    put(make());
    look();
    clock.advance(5 * minuteMs);
    expect(taken).toEqual([]);
    expect(reasons()).toEqual([expect.stringContaining(reason)]);
    put(good);
    clock.advance(minuteMs);
    const next = authority.issue(client);
    put(next);
    clock.advance(minuteMs);
    expect(taken).toMatchObject([{ primary: { certificate: next.certificate } }]);
    stop();
  },
);

test('dates do not count for a hub that does not know the time (B12.3)', () => {
  const { clock, taken, stop } = watch({ trusted: false });
  put(authority.issue({ ...client, validity: 'not-yet' }));
  clock.advance(minuteMs);
  expect(taken).toHaveLength(1);
  stop();
});

test('files that are gone leave what is in use', () => {
  const { clock, taken, reasons, stop } = watch();
  rmSync(join(folder, 'hub.key'));
  clock.advance(5 * minuteMs);
  expect(reasons()).toEqual([expect.stringContaining('ENOENT')]);
  put(good);
  clock.advance(minuteMs);
  expect(taken).toEqual([]);
  stop();
});

test('a certificate that has ended in use is told as an end, and not as a file that cannot be used', () => {
  put(authority.issue({ ...client, validity: 'expired' }));
  const { clock, ends, reasons, stop } = watch();
  clock.advance(5 * minuteMs);
  expect(reasons()).toEqual([]);
  expect(ends).toHaveLength(1);
  stop();
});
