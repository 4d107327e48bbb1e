import { describe, expect, test } from 'vitest';
import { type Configuration, readConfiguration } from './configuration.ts';
import { readRemoteConfiguration, reasonOf } from './remote.ts';

const files = { ca: '/etc/hub/ca.pem', certificate: '/etc/hub/hub.pem', key: '/etc/hub/hub.key' };
const keys = { '01234567': `${'A'.repeat(43)}=` };

function local(centre: Readonly<Record<string, unknown>>): Configuration {
  const read = readConfiguration({ hub: 'hub-0001', centre });
  if (!read.ok) throw new Error(reasonOf(read.problem));
  return read.value;
}

const secure = local({ primary: { url: 'mqtts://one.example', tls: files, keys } });

function remote(centre: Readonly<Record<string, unknown>>, machine = secure) {
  const read = readRemoteConfiguration({ version: 2, centre }, machine);
  return read.ok ? read.value.centre : reasonOf(read.problem);
}

describe('a configuration from the centre', () => {
  test("reaches another address with the machine's own certificates", () => {
    expect(remote({ primary: { url: 'mqtts://other.example', keys } })).toEqual({
      primary: { url: 'mqtts://other.example', tls: files, keys },
    });
  });

  test('adds a reserve, which is reached with those of the primary', () => {
    const reserve = { url: 'mqtts://reserve.example', keys };
    expect(remote({ primary: { url: 'mqtts://one.example', keys }, reserve })).toMatchObject({
      reserve: { ...reserve, tls: files },
    });
  });

  test('leaves the reserve its own', () => {
    const others = { ca: '/etc/hub/other.pem' };
    const reserve = { url: 'mqtts://reserve.example', keys };
    const machine = local({
      primary: { url: 'mqtts://one.example', tls: files },
      reserve: { ...reserve, tls: others },
    });
    expect(remote({ primary: { url: 'mqtts://one.example' }, reserve }, machine)).toMatchObject({
      reserve: { tls: others },
    });
  });

  test.each(['primary', 'reserve'])('that names files of the machine for the %s is refused', (name) => {
    const centre = { primary: { url: 'mqtts://one.example' }, [name]: { url: 'mqtts://two.example', tls: files } };
    expect(remote(centre)).toBe(
      `centre.${name}.tls is the machine's own affair; right would be a configuration without it`,
    );
  });

  test('that would have a machine with certificates do without is refused', () => {
    expect(remote({ primary: { url: 'mqtt://one.example' } })).toBe(
      'centre.primary.url is "mqtt://one.example"; right would be mqtts://, because this machine has certificates',
    );
  });

  test('may leave a machine without certificates as it is, and cannot give it any', () => {
    const machine = local({ primary: { url: 'mqtt://one.example' } });
    expect(remote({ primary: { url: 'mqtt://other.example' } }, machine)).toMatchObject({
      primary: { url: 'mqtt://other.example' },
    });
    expect(remote({ primary: { url: 'mqtts://other.example' } }, machine)).toContain('centre.primary.tls is missing');
  });
});
