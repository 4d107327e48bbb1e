import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assert, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority } from '#test/certificates.ts';
import { accessoryKinds } from '#protocol/configuration/accessories.ts';
import { readConfiguration } from '#protocol/configuration/configuration.ts';
import { fileLimitBytes, formatProblem, loadConfiguration } from './configuration.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The problems of a file with this text, a line each, with the folder left out. */
function problemsOf(text: string | Uint8Array): string[] {
  const read = loadConfiguration(write('hub.yaml', text));
  return read.ok ? [] : read.problem.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
}

const least = 'hub: hub-0001\ncentre: { primary: { url: "mqtt://127.0.0.1" } }\n';

describe('a configuration file', () => {
  test('is read with its defaults; relative names count from its folder', () => {
    const read = loadConfiguration(write('hub.yaml', `${least}journal: { file: data/journal.db }\n`));
    expect(read).toMatchObject({
      ok: true,
      value: {
        hub: 'hub-0001',
        heartbeat: { intervalMs: 120_000, unanswered: 3 },
        journal: { file: join(folder, 'data/journal.db') },
      },
    });
  });

  test.each([
    [
      'a mistyped key',
      `${least}radio:\n  # the stick\n  prot: /dev/x\n`,
      'hub.yaml:5:3: unknown key "prot" in radio; did you mean "port"?',
    ],
    [
      'a wrong value',
      `${least}log: { level: loud }\n`,
      'hub.yaml:3:15: log.level is "loud"; right would be one of debug, info, warn, error',
    ],
    ['a value left out', `${least}log:\n`, 'hub.yaml:3:1: log is empty; right would be a map with the keys level'],
    [
      'an id without quotes',
      `${least}accessories:\n- { name: a, kind: pendant,\n    id: 00000042 }\n`,
      'hub.yaml:5:9: accessories[1].id is the number 42; right would be the eight hex digits printed on it, in quotes; put it in quotes, so that it is text',
    ],
    [
      'a key that is missing in a list',
      `${least}accessories:\n  - kind: pendant\n    id: "002a0001"\n`,
      'hub.yaml:4:5: accessories[1].name is missing; right would be small letters',
    ],
    [
      'a key that is missing at the top',
      '# nothing\nhub: a\n',
      'hub.yaml:2:1: centre is missing; right would be a map with the keys primary',
    ],
    ['a key that is there twice', `${least}hub: other\n`, 'hub.yaml:3:1: the key "hub" is there twice'],
    ['an empty file', '', 'hub.yaml:1:1: the configuration is empty; right would be a map with the keys hub'],
    ['a tab', `${least}radio:\n\tport: /dev/x\n`, 'hub.yaml:4:1: '],
    ['a second document', `${least}---\nhub: other\n`, 'hub.yaml:3:1: '],
    ['an unknown tag', `${least}log: !loud { level: info }\n`, 'hub.yaml:3:6: '],
    [
      'a text that is not UTF-8',
      new Uint8Array([0x68, 0xff]),
      'hub.yaml:1:1: the configuration cannot be read: it is not UTF-8 text',
    ],
    ['a name from nowhere', `${least}__proto__: { a: 1 }\n`, 'hub.yaml:3:1: unknown key "__proto__"; known are'],
    [
      'the port of a file',
      `${least}radio:\n  port: ${import.meta.filename}\n`,
      `hub.yaml:4:9: ${import.meta.filename} is not a serial port`,
    ],
    [
      'a bad port of the centre',
      'hub: a\ncentre:\n  primary:\n    url: mqtt://a:0\n',
      'hub.yaml:4:10: centre.primary.url is "mqtt://a:0": it has the port 0; right would be 1 to 65535',
    ],
  ])('has a slip, told with line and column: %s', (_, text, problem) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(problem);
    expect(problems[0]?.startsWith(problem)).toBe(true);
    expect(problems).toHaveLength(1);
  });

  test('tells all its slips at once', () => {
    expect(problemsOf(`${least}log: { level: loud }\nradio: { prot: 1 }\n`)).toHaveLength(2);
  });

  test('may name a serial port that is plugged in later, or one that is there', () => {
    expect(problemsOf(`${least}radio: { port: /dev/nowhere/radio }\n`)).toEqual([]);
    expect(problemsOf(`${least}radio: { port: /dev/null }\n`)).toEqual([]);
  });

  test('that is not there says so', () => {
    const read = loadConfiguration('/nowhere/hub.yaml');
    expect(read.ok ? '' : read.problem.map(formatProblem)).toEqual([
      '/nowhere/hub.yaml:1:1: the configuration cannot be read: there is no such file',
    ]);
  });

  test('is read up to its limit and not beyond', () => {
    const padded = (bytes: number) => `${least}#${' '.repeat(bytes - least.length - 2)}\n`;
    expect(problemsOf(padded(fileLimitBytes))).toEqual([]);
    expect(problemsOf(padded(fileLimitBytes + 1))[0]).toContain('right would be 262144 at most');
  });

  test('cannot blow itself up with aliases', () => {
    const levels = Array.from({ length: 9 }, (_, index) => {
      const inner = Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*l${index - 1}`));
      return `l${index}: &l${index} [${inner.join(', ')}]\n`;
    });
    expect(problemsOf(levels.join(''))[0]).toContain('alias');
  });

  test('is never the cause of an exception, whatever is in it', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(problemsOf(`${text}\n`).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the files for TLS', () => {
  const withTls = (keys: string) => `hub: a\ncentre:\n  primary:\n    url: mqtts://centre.example\n    tls:\n${keys}`;

  test('are missing, a folder, or hold something else: told at their lines', () => {
    mkdirSync(join(folder, 'sub'));
    write('hub.key', 'no key');
    expect(problemsOf(withTls('      ca: ca.pem\n      certificate: sub\n      key: hub.key\n'))).toEqual([
      'hub.yaml:6:11: ca.pem cannot be read: there is no such file',
      'hub.yaml:7:20: sub is not a file; right would be a certificate in PEM',
      'hub.yaml:8:12: hub.key does not hold a private key in PEM, without a password',
    ]);
  });

  test('hold another hub’s certificate: told, because the broker would let it in and deliver nothing', () => {
    const authority = createAuthority();
    const { certificateFile, keyFile } = authority.issue({ commonName: 'hub-0002', use: 'client' });
    const keys = `      ca: ${authority.certificateFile}\n      certificate: ${certificateFile}\n      key: ${keyFile}\n`;
    expect(problemsOf(withTls(keys))).toEqual([
      `hub.yaml:7:20: the certificate's common name is "hub-0002"; right would be the hub's id, "a"`,
    ]);
    authority.remove();
  });

  test('are handed over by the service manager where the configuration says so; out of its folder none is taken', () => {
    const authority = createAuthority();
    const { certificateFile, keyFile } = authority.issue({ commonName: 'a', use: 'client' });
    mkdirSync(join(folder, 'credentials'));
    const key = join(folder, 'credentials/hub.key');
    copyFileSync(keyFile, key);
    const lines = (name: string) =>
      `      ca: ${authority.certificateFile}\n      certificate: ${certificateFile}\n      key: ${name}\n`;
    const load = (name: string, credentials?: string) =>
      loadConfiguration(write('hub.yaml', withTls(lines(name))), credentials);
    for (const name of ['credential:hub.key', 'credential:../hub.key']) {
      expect(load(name, join(folder, 'credentials'))).toMatchObject({
        value: { centre: { primary: { tls: { key, certificate: certificateFile } } } },
      });
    }
    expect(load('credential:other.key', join(folder, 'credentials'))).toMatchObject({
      problem: [{ line: 8, message: `${join(folder, 'credentials/other.key')} cannot be read: there is no such file` }],
    });
    expect(load('credential:hub.key')).toMatchObject({
      problem: [{ line: 8, message: expect.stringContaining('there is no CREDENTIALS_DIRECTORY') as string }],
    });
    authority.remove();
  });

  test('of the reserve are looked into as well', () => {
    const reserve = '  reserve: { url: mqtts://reserve.example, tls: { ca: ca.pem } }\n';
    expect(problemsOf(`hub: a\ncentre:\n  primary: { url: mqtt://a }\n${reserve}`)).toEqual([
      'hub.yaml:4:55: ca.pem cannot be read: there is no such file',
    ]);
  });

  test('that this user may not read are told too', () => {
    const file = write('ca.pem', 'x');
    chmodSync(file, 0o000);
    // The administrator may read everything, and then sees that it is no certificate.
    const problem =
      process.getuid?.() === 0 ? 'does not hold a certificate' : 'cannot be read: this user may not read it';
    expect(problemsOf(withTls('      ca: ca.pem\n'))[0]).toContain(`hub.yaml:6:11: ca.pem ${problem}`);
  });

  test('do not show their content when something is wrong with it', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    write('ca.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(problemsOf(withTls('      ca: ca.pem\n'))).toEqual([
      'hub.yaml:6:11: ca.pem does not hold a certificate in PEM',
    ]);
  });
});

describe("the centre's keys", () => {
  const raw = randomBytes(32);
  const key = raw.toString('base64');
  const id = createHash('sha256').update(raw).digest('hex').slice(0, 8);
  const withKey = (name: string, text: string) =>
    `hub: a\ncentre:\n  primary:\n    url: mqtt://a\n    keys:\n      "${name}": "${text}"\n`;

  test('are found by the id that belongs to them, and by no other', () => {
    expect(problemsOf(withKey(id, key))).toEqual([]);
    expect(problemsOf(withKey('00000000', key))).toEqual([
      `hub.yaml:6:7: the id of this key is "${id}" (the begin of its SHA-256), not "00000000"`,
    ]);
  });

  test('have 32 bytes', () => {
    expect(problemsOf(withKey(id, 'AAAA'))[0]).toContain('hub.yaml:6:19: centre.primary.keys.');
  });
});

describe('the annotated hub.yaml that is shipped', () => {
  const file = resolve(import.meta.dirname, '../hub.yaml');

  test('can be used as it is, and enrols an accessory of every kind', () => {
    const read = loadConfiguration(file);
    expect(read.ok ? '' : read.problem.map(formatProblem)).toBe('');
    const kinds = read.ok ? read.value.accessories.map(({ kind }) => kind) : [];
    expect(kinds.toSorted()).toEqual([...accessoryKinds].toSorted());
  });

  test('shows every default as it is', () => {
    const read = loadConfiguration(file);
    const least = readConfiguration({ hub: 'a', centre: { primary: { url: 'mqtt://a' } } });
    if (!read.ok || !least.ok) throw new Error('one of them cannot be read');
    const { paths, heartbeat, log, radio } = least.value;
    expect(read.value).toMatchObject({ paths, heartbeat, log, radio });
  });
});
