import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

const key = `${'A'.repeat(42)}A=`;

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

function primary(keys: object): object {
  return { ...least, centre: { primary: { ...least.centre.primary, ...keys } } };
}

test.each<[string, unknown, string, 'key' | 'value', string]>([
  ['another scheme', primary({ url: 'http://a' }), 'centre.primary.url', 'value', 'right would be mqtts://host:port'],
  [
    'a port too high',
    primary({ url: 'mqtt://a:70000' }),
    'centre.primary.url',
    'value',
    'it has the port 70000; right would be 1 to 65535',
  ],
  [
    'a path behind the port',
    primary({ url: 'mqtt://a:1883:x' }),
    'centre.primary.url',
    'value',
    'nothing behind the port',
  ],
  [
    'mqtts:// that trusts nobody',
    primary({ url: 'mqtts://a' }),
    'centre.primary.url',
    'value',
    'centre.primary.tls is missing',
  ],
  ['tls without mqtts://', primary({ tls: { ca: 'ca.pem' } }), 'centre.primary.tls', 'key', 'tls is for mqtts://'],
  [
    'a certificate without key',
    primary({ url: 'mqtts://a', tls: { ca: 'a', certificate: 'b' } }),
    'centre.primary.tls',
    'key',
    'tls.key is missing; certificate and key go together',
  ],
  [
    'a slip in the reserve',
    { ...least, centre: { ...least.centre, reserve: { url: 'mqtts://b' } } },
    'centre.reserve.url',
    'value',
    'centre.reserve.tls is missing',
  ],
  [
    'a reserve on the broker of the primary',
    { ...least, centre: { ...least.centre, reserve: { url: 'mqtt://127.0.0.1' } } },
    'centre.reserve.url',
    'value',
    'a reserve has a broker of its own',
  ],
  [
    'a key of three bytes',
    primary({ keys: { '0a1b2c3d': 'AAAA' } }),
    'centre.primary.keys.0a1b2c3d',
    'value',
    'right would be an Ed25519 public key: 32 bytes in base64',
  ],
  [
    'a key with a name',
    primary({ keys: { ours: key } }),
    'centre.primary.keys.ours',
    'key',
    'a key id is the first eight hex digits',
  ],
])('a slip in who answers is told with its place: %s', (_, value, where, at, message) => {
  const read = readConfiguration(value);
  const problems = read.ok ? [] : read.problem.map(({ path, ...problem }) => ({ where: path.join('.'), ...problem }));
  expect(problems).toEqual([{ where, at, message: expect.stringContaining(message) as string }]);
});
