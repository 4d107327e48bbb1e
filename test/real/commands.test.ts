import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHubProcess } from './hubProcess.ts';
import { startProgram, welfareHub } from './program.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command to its end; no standard input. */
async function call(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const [node = '', ...parameters] = welfareHub(...words);
  const options = { cwd: folder, env: { ...process.env, WELFARE_HUB_CONFIG: '', ...env } };
  return await new Promise((resolve) => {
    const child = execFile(node, parameters, options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** A configuration that is right, line by line; nobody listens at its centre. */
const rightLines: readonly string[] = [
  'hub: hub-0001',
  'centre:',
  '  primary:',
  '    url: mqtt://127.0.0.1:1',
  'radio:',
  '  port: /dev/welfare-hub/nothing',
  'journal:',
  '  file: journal.db',
  'accessories:',
  '  - name: pendant',
  '    kind: pendant',
  '    id: "002a0001"',
];

/** Writes the right configuration with one line in place of another. Tells the file's name. */
function writeConfiguration(name: string, instead: Readonly<Record<string, string>> = {}): string {
  const file = join(folder, `${name}.yaml`);
  const lines = rightLines.map((line) => instead[line.trim()] ?? line);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

describe.concurrent('run, with a configuration that has a slip,', () => {
  test.each<[what: string, line: string, instead: string, place: string, says: string]>([
    [
      'an unknown key',
      'port: /dev/welfare-hub/nothing',
      '  prot: /dev/ttyUSB0',
      '6:3',
      'unknown key "prot" in radio; did you mean "port"?',
    ],
    [
      'a port that no URL can have',
      'url: mqtt://127.0.0.1:1',
      '    url: mqtt://127.0.0.1:70000',
      '4:10',
      'has the port 70000; right would be 1 to 65535',
    ],
    [
      'a scheme of another world',
      'url: mqtt://127.0.0.1:1',
      '    url: http://127.0.0.1',
      '4:10',
      'right would be mqtts://host:port',
    ],
    [
      'no trust for an encrypted connection',
      'url: mqtt://127.0.0.1:1',
      '    url: mqtts://127.0.0.1',
      '4:10',
      'centre.primary.tls is missing',
    ],
    [
      'a serial port by a relative name',
      'port: /dev/welfare-hub/nothing',
      '  port: ttyUSB0',
      '6:9',
      'right would be an absolute path such as /dev/ttyUSB0',
    ],
    [
      'a serial port that is none',
      'port: /dev/welfare-hub/nothing',
      '  port: /etc/passwd',
      '6:9',
      '/etc/passwd is not a serial port',
    ],
    ['a kind that is misspelt', 'kind: pendant', '    kind: pendent', '11:11', 'did you mean "pendant"?'],
    ['an id that YAML takes for a number', 'id: "002a0001"', '    id: 12345678', '12:9', 'put it in quotes'],
    ['text that is no YAML', 'radio:', 'radio: {', '7:1', 'end with a }'],
  ])('%s, ends with 2 and says file, line, what, and what would be right', async (what, line, instead, place, says) => {
    const file = writeConfiguration(what.replaceAll(' ', '-'), { [line]: instead });
    const { status, stdout, stderr } = await call(['run', '--config', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`${file}:${place}`);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
  });

  test('a certificate authority that is not there, ends with 2 and says file, line and the missing file', async () => {
    const url = '    url: mqtts://127.0.0.1\n    tls:\n      ca: /nowhere/ca.pem';
    const file = writeConfiguration('missing-authority', { 'url: mqtt://127.0.0.1:1': url });
    const { status, stderr } = await call(['run', '--config', file]);
    expect(status).toBe(2);
    expect(stderr).toBe(`${file}:6:11: /nowhere/ca.pem cannot be read: there is no such file\n`);
  });

  test('more than one, tells them all', async () => {
    const file = writeConfiguration('two-slips', { 'kind: pendant': '    kind: pendent', 'radio:': 'rodio:' });
    const { status, stderr } = await call(['run', '--config', file]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file}:5:1: unknown key "rodio"; did you mean "radio"?`);
    expect(stderr).toContain(`${file}:11:11: `);
  });

  test('named by the environment, tells it just the same', async () => {
    const { status, stderr } = await call(['run'], { WELFARE_HUB_CONFIG: '/nowhere/hub.yaml' });
    expect(status).toBe(2);
    expect(stderr).toBe('/nowhere/hub.yaml:1:1: the configuration cannot be read: there is no such file\n');
  });
});

describe.concurrent('a call that is wrong ends with 2 and says what would be right:', () => {
  test.each<[call: string, says: string]>([
    ['', 'Commands:'],
    ['rnu', 'Did you mean run?'],
    ['--nonsense', "unknown option '--nonsense'"],
    ['run', 'no configuration: say --config FILE or set WELFARE_HUB_CONFIG'],
    ['run --config', "option '--config <file>' argument missing"],
    ['run --confg hub.yaml', 'Did you mean --config?'],
    ['run --config /nowhere/hub.yaml', 'there is no such file'],
    ['run --config hub.yaml --trace model', '--trace model: there is no such line; known: radio, modem,'],
    ['run hub.yaml', 'too many arguments'],
    ['virtual --hub /nowhere/hub.yaml', '/nowhere/hub.yaml:1:1: the configuration cannot be read'],
    ['virtual press', 'too many arguments'],
    ['device', 'Commands:'],
    ['device rdio', 'Did you mean radio?'],
    ['device radio', "required option '--link <path>' not specified"],
    ['device radio --link tty --fault nonsense', 'Allowed choices are silent'],
    ['centre --listen 65536', 'Right would be a number from 0 to 65535.'],
    ['centre --broker http://x', 'right would be mqtt://host:1883 or mqtts://host:8883'],
    ['centre --broker mqtts://x --ca /nowhere/ca.pem', '--ca /nowhere/ca.pem'],
    ['centre --name a/b', 'right would be'],
    ['journal', 'Commands:'],
    ['journal list', 'which journal? Say --file FILE, --config FILE or set WELFARE_HUB_CONFIG'],
    ['journal list --file /nowhere/journal.db', 'there is no journal'],
    ['journal show', "missing required argument 'ref'"],
    ['journal export --file journal.db', "required option '--format <format>' not specified"],
  ])('welfare-hub %s', async (words, says) => {
    const { status, stdout, stderr } = await call(words.split(' ').filter((word) => word !== ''));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
  });
});

describe.concurrent('help', () => {
  test.each(['run', 'virtual', 'device radio', 'centre', 'journal list', 'journal show', 'journal export'])(
    'for %s has an example that begins as one types it',
    async (command) => {
      const { status, stdout, stderr } = await call([...command.split(' '), '--help']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`Example:\\n +(\\$ )?welfare-hub ${command}`, 'u'));
    },
  );

  test('for the whole names every command and says what it does', async () => {
    const { status, stdout } = await call(['--help']);
    expect(status).toBe(0);
    for (const command of ['run', 'virtual', 'scenario', 'device', 'centre', 'journal'])
      expect(stdout).toMatch(new RegExp(`\n  ${command} +[a-z]`, 'u'));
  });

  test('for one command is the same, whether one asks the command or help', async () => {
    expect(await call(['help', 'run'])).toEqual(await call(['run', '--help']));
  });
});

test('the hub that runs carries nothing of the simulator, the centre and the fake devices with it', async () => {
  const telling = `import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (console.error(url), next(url, context)) });`;
  const tell = `--import=data:text/javascript,${encodeURIComponent(telling)}`;
  const { status, stderr } = await call(['run', '--help'], { NODE_OPTIONS: tell });
  expect(status).toBe(0);
  const loaded = stderr.split('\n').filter((url) => url.endsWith('.ts') && !url.includes('node_modules'));
  expect(loaded).toContainEqual(expect.stringMatching(/\/agent\/main\.ts$/u));
  const root = new URL('../..', import.meta.url).href;
  const layers = loaded.map((url) => url.slice(root.length).split('/')[0] ?? '');
  expect(['simulator', 'centre', 'devices'].filter((layer) => layers.includes(layer))).toEqual([]);
  // Nobody is at the terminal of a service.
  expect(stderr).not.toContain('pino-pretty');
});

describe('run ends', () => {
  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)(
    'at %s with %i, without a centre and without a receiver too, and its journal is free again',
    async (signal, status) => {
      const file = writeConfiguration(`ended-by-${signal}`, { 'file: journal.db': `  file: ${signal}.db` });
      for (const journals of [1, 2]) {
        const hub = startHubProcess(file);
        await hub.logged({ msg: 'not connected' });
        hub.kill(signal);
        expect(await hub.end()).toEqual({ status, signal: null });
        expect(hub.log().filter(({ msg }) => msg === 'no journal was there: a new one is made')).toHaveLength(
          2 - journals,
        );
      }
    },
  );

  test('with 1, in words, when another agent runs on the same journal, and the other goes on', async () => {
    const file = writeConfiguration('twice', { 'file: journal.db': '  file: twice.db' });
    const first = startHubProcess(file);
    await first.logged({ msg: 'not connected' });
    const second = await call(['run', '--config', file]);
    const journal = join(folder, 'twice.db');
    expect(second).toEqual({
      status: 1,
      stdout: '',
      stderr: `welfare-hub run: ${journal} is in use: another agent runs on it. Stop that one first\n`,
    });
    first.kill('SIGTERM');
    expect(await first.end()).toEqual({ status: 0, signal: null });
  });

  test('not because its journal cannot be made: alarms go on, and the log says what is wrong (B1.1)', async () => {
    const file = writeConfiguration('no-folder', { 'file: journal.db': '  file: nowhere/journal.db' });
    const hub = startHubProcess(file);
    const { reason } = await hub.logged({ msg: 'there is no journal: alarms go out from memory' });
    expect(reason).toBe(`${join(folder, 'nowhere/journal.db')} cannot be made: its folder is missing`);
    await hub.logged({ step: 'fault' });
    hub.kill('SIGTERM');
    expect(await hub.end()).toEqual({ status: 0, signal: null });
  });
});

describe('centre and device', () => {
  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)('the centre ends at %s with %i', async (signal, status) => {
    const centre = startProgram(welfareHub('centre', '--json'));
    await centre.said('that it is connected', (line) => line.includes('"event":"connected"'));
    centre.kill(signal);
    expect(await centre.end()).toEqual({ status, signal: null });
  });

  test('the fake receiver ends at SIGINT with 130, and its link is gone', async () => {
    const link = join(folder, 'ttyRADIO');
    const radio = startProgram(welfareHub('device', 'radio', '--link', link));
    await radio.said('its link', (line) => line.includes(link));
    radio.kill('SIGINT');
    expect(await radio.end()).toEqual({ status: 130, signal: null });
    expect(existsSync(link)).toBe(false);
  });

  test('a centre that cannot have its port ends with 1 and says which other word would help', async () => {
    const first = startProgram(welfareHub('centre', '--json'));
    const started = await first.said('its broker', (line) => line.includes('"event":"started"'));
    const { port } = new URL((JSON.parse(started) as { url: string }).url);
    const second = await call(['centre', '--listen', port]);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`port ${port}`);
    expect(second.stderr).toContain('--listen takes another port');
  });
});
