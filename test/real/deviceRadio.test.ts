import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openSerial } from '#agent/lines/serialLine.ts';
import { encodeCommand } from '#protocol/esp3/commands.ts';
import { decodeMessage, type Message } from '#protocol/esp3/messages.ts';
import { createParser } from '#protocol/esp3/parser.ts';
import { decodeProfile } from '#protocol/esp3/profiles.ts';
import { decodeVersion } from '#protocol/esp3/responses.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';

const program = join(process.cwd(), 'scripts/welfareHub.ts');

let folder: string;
let link: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'radio-'));
  link = join(folder, 'ttyRADIO');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Lets a test wait for what is told. */
function createWatch() {
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  return {
    notice() {
      const met = waiting.filter(({ isSo }) => isSo());
      waiting = waiting.filter((one) => !met.includes(one));
      for (const { resolve } of met) resolve();
    },
    until(isSo: () => boolean): Promise<void> {
      if (isSo()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ isSo, resolve });
      });
    },
  };
}

function startProgram(...options: string[]) {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program, 'device', ...options], {
    stdio: 'pipe',
  });
  const watch = createWatch();
  const lines: string[] = [];
  let complaint = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    watch.notice();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
    watch.notice();
  });
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    child,
    exit,
    lines,
    complaint: () => complaint,
    says: (text: string, times = 1) => watch.until(() => lines.filter((line) => line.includes(text)).length >= times),
    type: (words: string) => child.stdin.write(`${words}\n`),
  };
}

async function startRadio(...options: string[]) {
  const radio = startProgram('radio', '--link', link, ...options);
  await radio.says(link);
  return radio;
}

/** A host with the real serial port library and the real codec. */
async function openHost() {
  const watch = createWatch();
  const parser = createParser();
  const heard: Message[] = [];
  const told: string[] = [];
  const line = openSerial(link)(
    { baudRate: 57_600 },
    {
      opened() {
        told.push('opened');
        watch.notice();
      },
      received(bytes) {
        for (const item of parser.push(bytes)) {
          const message = item.kind === 'frame' ? decodeMessage(item) : undefined;
          if (message?.ok === true) heard.push(message.value);
        }
        watch.notice();
      },
      closed(reason) {
        told.push(reason);
        watch.notice();
      },
    },
  );
  onTestFinished(() => line.close());
  await watch.until(() => told.length > 0);
  expect(told).toEqual(['opened']);
  return { line, heard, told, until: watch.until };
}

async function askVersion(host: Awaited<ReturnType<typeof openHost>>): Promise<unknown> {
  const before = host.heard.length;
  host.line.write(encodeFrame(encodeCommand({ command: 'read-version' })));
  await host.until(() => host.heard.length > before);
  const answer = host.heard.at(-1);
  return answer?.type === 'response' ? decodeVersion(answer) : answer;
}

describe('a fake receiver as a program', () => {
  test('answers a host on the real serial port, and hands over a press that somebody types', async () => {
    const radio = await startRadio();
    const host = await openHost();
    expect(await askVersion(host)).toMatchObject({ ok: true, value: { appDescription: 'GATEWAYCTRL' } });
    host.heard.length = 0;
    radio.type('press pendant');
    await host.until(() => host.heard.length === 2);
    const said = host.heard.map(
      (message) => message.type === 'radio' && [message.telegram.sender, decodeProfile('F6-02-01', message.telegram)],
    );
    expect(said).toEqual([
      ['002a0001', { ok: true, value: { event: 'pressed', button: 'A0' } }],
      ['002a0001', { ok: true, value: { event: 'released' } }],
    ]);
  });

  test('is gone when it is unplugged, and there again under the same link', async () => {
    const radio = await startRadio();
    const host = await openHost();
    await askVersion(host);
    radio.type('unplug');
    await host.until(() => host.told.length === 2);
    expect(host.told[1]).toContain(link);
    expect(existsSync(link)).toBe(false);
    radio.type('plug');
    await radio.says(`the receiver is at ${link}`, 2);
    await radio.says('the receiver is restarted');
    const again = await openHost();
    expect(await askVersion(again)).toMatchObject({ ok: true });
  });

  test('tells what happens in JSON, every byte too, and refuses what it does not understand', async () => {
    const radio = await startRadio('--json', '--trace');
    radio.type('open dor');
    radio.type('open door');
    await radio.says('"event":"lost"');
    const events = radio.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toEqual([
      { event: 'ready', link },
      { event: 'refused', problem: expect.stringContaining('did you mean door?') },
      expect.objectContaining({
        event: 'bytes',
        direction: 'to-hub',
        bytes: expect.stringMatching(/^55 00 07 07 01/u),
      }),
      expect.objectContaining({ event: 'telegram', from: 'door', what: 'open', copy: 0 }),
      expect.objectContaining({ event: 'done', command: 'open door', text: 'door: open' }),
      expect.objectContaining({ event: 'lost', message: expect.stringContaining('nobody has the port open') }),
    ]);
  });

  test('has the transmitters of a file, and the profile and faults it was started with', async () => {
    const file = join(folder, 'home.json');
    writeFileSync(file, JSON.stringify([{ name: 'cellar', id: '01020304', profile: 'D5-00-01' }]));
    const radio = await startRadio('--transmitters', file, '--profile', 'tcm310', '--fault', 'silent', 'late-answers');
    radio.type('list');
    await radio.says('cellar');
    radio.type('fault none');
    await radio.says('faults: none');
    expect(await askVersion(await openHost())).toMatchObject({ value: { chipId: '0181f07e' } });
    expect(radio.lines.some((line) => line.startsWith('pendant'))).toBe(false);
  });
});

describe('a fake receiver ends, and its link is gone', () => {
  test('at the end of its input with 0, after telegrams on their way have arrived', async () => {
    const radio = await startRadio();
    radio.type('press pendant');
    radio.child.stdin.end();
    expect(await radio.exit).toBe(0);
    expect(radio.lines).toContain('telegram from pendant: release');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when quit is typed, with 0, babbling or not', async () => {
    const radio = await startRadio('--fault', 'babbling');
    radio.type('quit');
    expect(await radio.exit).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('at %s, with %i', async (signal, status) => {
    const radio = await startRadio();
    radio.child.kill(signal);
    expect(await radio.exit).toBe(status);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when its helper is gone, with 1, and says why', async () => {
    const radio = await startRadio();
    for (const pid of childrenOf(radio.child)) process.kill(pid, 'SIGKILL');
    expect(await radio.exit).toBe(1);
    expect(radio.complaint()).toContain(`the port ${link} is gone`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a call that is wrong', () => {
  test.each([
    [['radio'], "required option '--link <path>'"],
    [['radio', '--link', 'x', '--profile', 'usb3000'], 'Allowed choices are usb300'],
    [['radio', '--link', 'x', '--fault', 'nonsense'], 'Allowed choices are silent'],
    [['radio', '--link', 'x', '--lnik', 'y'], 'Did you mean --link?'],
    [['radio', '--link', 'x', '--transmitters', '/does/not/exist.json'], 'cannot read transmitters from /does/not'],
  ])('ends with 2 and says what would be right: %j', async (options, advice) => {
    const wrong = startProgram(...options);
    expect(await wrong.exit).toBe(2);
    expect(wrong.complaint()).toContain(advice);
    expect(wrong.complaint()).not.toContain('    at ');
  });

  test('never costs a file that is in the way: it ends with 1 and names it', async () => {
    writeFileSync(link, 'precious');
    const radio = startProgram('radio', '--link', link);
    expect(await radio.exit).toBe(1);
    expect(radio.complaint()).toContain(`${link} exists and is not a symbolic link`);
    expect(lstatSync(link).isFile()).toBe(true);
  });

  test('is helped by --help, with an example', async () => {
    const help = startProgram('radio', '--help');
    expect(await help.exit).toBe(0);
    expect(help.lines.join('\n')).toContain('welfare-hub device radio --link ./ttyRADIO');
  });
});

function childrenOf({ pid }: ChildProcessWithoutNullStreams): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid);
}

function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\s*(\d+)$/mu.exec(readStatus(pid))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
