import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createPtyLine, type PtyLine, type PtyLineOptions } from '#devices/line/ptyLine.ts';

let folder: string;
let link: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pty-'));
  link = join(folder, 'ttyFAKE');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function makeLine(options: Partial<PtyLineOptions> = {}): Promise<PtyLine> {
  const line = createPtyLine({ link, ...options });
  onTestFinished(() => line.close());
  await line.ready;
  return line;
}

/** The processes that hold the port at the link. */
function helpers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .filter((pid) => commandLineOf(pid).endsWith(`pty.pl\0${link}\0`))
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Keeps its promise when the link is gone. */
function linkGone(): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, look);
    function look(): void {
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

describe('a device on a pseudo terminal leaves nothing behind', () => {
  test('its link leads to the terminal while it is there, and is gone with its process when it is closed', async () => {
    const line = await makeLine();
    expect(readlinkSync(link)).toMatch(/^\/dev\/pts\/\d+$/u);
    expect(helpers()).toHaveLength(1);
    await line.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(helpers()).toEqual([]);
  });

  test('unplugging removes the link at once, plugging and unplugging again and again leaves one process at most', async () => {
    const line = await makeLine();
    for (let round = 0; round < 20; round += 1) {
      line.unplug();
      expect(existsSync(link)).toBe(false);
      line.plug();
    }
    await line.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(helpers()).toEqual([]);
  });

  test('when the program is killed with SIGKILL, its helper notices, and removes the link before it ends', async () => {
    const program = `
      import { createPtyLine } from ${JSON.stringify(join(process.cwd(), 'devices/line/ptyLine.ts'))};
      createPtyLine({ link: ${JSON.stringify(link)} }).ready.then(() => console.log('ready'));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => {
      child.stdout.once('data', resolve);
    });
    expect(existsSync(link)).toBe(true);
    const gone = linkGone();
    child.kill('SIGKILL');
    await gone;
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when its helper is killed it says so, removes the link, and can be plugged in again', async () => {
    let plugged = () => {};
    let exited = (_reason: string) => {};
    const exit = new Promise<string>((resolve) => {
      exited = resolve;
    });
    const line = await makeLine({ onExit: (reason) => exited(reason), onPlugged: () => plugged() });
    for (const pid of helpers()) process.kill(pid, 'SIGKILL');
    expect(await exit).toContain(link);
    expect(existsSync(link)).toBe(false);
    const again = new Promise<void>((resolve) => {
      plugged = resolve;
    });
    line.plug();
    await again;
    expect(existsSync(link)).toBe(true);
  });

  test('a link that somebody else has placed there since is left alone', async () => {
    const line = await makeLine();
    unlinkSync(link);
    symlinkSync('/dev/null', link);
    await line.close();
    expect(readlinkSync(link)).toBe('/dev/null');
  });
});

describe('the link', () => {
  test('replaces a link that is there already, such as one left by a power cut', async () => {
    symlinkSync('/dev/pts/does-not-exist', link);
    await makeLine();
    expect(lstatSync(readlinkSync(link)).isCharacterDevice()).toBe(true);
  });

  test('never replaces anything else: the error names it, and it stays as it is', async () => {
    writeFileSync(link, 'precious');
    const line = createPtyLine({ link });
    await expect(line.ready).rejects.toThrow(`${link} exists and is not a symbolic link`);
    await line.close();
    expect(readFileSync(link, 'utf8')).toBe('precious');
    expect(helpers()).toEqual([]);
  });

  test('cannot be made in a folder that is not there: the error names it', async () => {
    const line = createPtyLine({ link: join(folder, 'missing', 'ttyFAKE') });
    await expect(line.ready).rejects.toThrow(/cannot make the link .*missing.*ENOENT/u);
    await line.close();
  });
});

describe('who opens the terminal and does not read', () => {
  test('finds up to the limit later; what is beyond it is discarded and told, and the device is never held up', async () => {
    let tell = (_message: string) => {};
    const discarded = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const line = await makeLine({ onDiscarded: (message) => tell(message) });
    const terminal = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(terminal));
    line.device.write(new Uint8Array(4_000_000));
    expect(await discarded).toContain('1048576 wait already and nobody reads');
    expect(readSync(terminal, Buffer.alloc(1_000))).toBe(1_000);
  });
});

test('who opens the terminal finds nothing left over from before, though the kernel would keep it', async () => {
  const told = { opened: () => {}, released: () => {}, discarded: () => {} };
  const next = (what: keyof typeof told): Promise<void> =>
    new Promise((resolve) => {
      told[what] = resolve;
    });
  const line = await makeLine({
    onOpened: () => told.opened(),
    onReleased: () => told.released(),
    onDiscarded: () => told.discarded(),
  });
  const open = () => openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const opened = next('opened');
  const first = open();
  await opened;
  const released = next('released');
  line.device.write(Uint8Array.of(1, 1, 1));
  closeSync(first);
  await released;
  const discarded = next('discarded');
  line.device.write(Uint8Array.of(2, 2, 2));
  await discarded;
  const second = open();
  onTestFinished(() => closeSync(second));
  expect(() => readSync(second, Buffer.alloc(10))).toThrow('EAGAIN');
});

/**
 * What a pseudo terminal does otherwise than a UART, as seen on Linux. A test that is about one of these needs the line
 * in memory, or hardware.
 */
describe('a pseudo terminal differs from a real port', () => {
  test('it takes any baud rate, and bytes arrive unharmed at the wrong one', async () => {
    const line = await makeLine();
    const received = new Promise<Uint8Array>((resolve) => {
      const end = openSerial(link)(
        { baudRate: 300 },
        {
          opened: () => line.device.write(Uint8Array.of(0x55, 0xaa)),
          received: resolve,
          closed() {},
        },
      );
      onTestFinished(() => end.close());
    });
    expect([...(await received)]).toEqual([0x55, 0xaa]);
  });

  test('it has no modem-control lines: to ask for them is refused with ENOTTY', async () => {
    await makeLine();
    const TIOCMGET = 0x5415;
    const program = `open(my $port, '+<', $ARGV[0]) or die $!; my $lines = pack 'i', 0; ioctl($port, ${TIOCMGET}, $lines) or print $!{ENOTTY} ? 'ENOTTY' : $!;`;
    expect(execFileSync('perl', ['-MErrno', '-e', program, link], { encoding: 'utf8' })).toBe('ENOTTY');
  });

  test('it keeps no time: 100 kB at 300 baud, which would take an hour, are there at once', async () => {
    const line = await makeLine();
    let count = 0;
    const all = new Promise<void>((resolve) => {
      const end = openSerial(link)(
        { baudRate: 300 },
        {
          opened: () => line.device.write(new Uint8Array(100_000)),
          received(bytes) {
            count += bytes.length;
            if (count === 100_000) resolve();
          },
          closed() {},
        },
      );
      onTestFinished(() => end.close());
    });
    await all;
    expect(count).toBe(100_000);
  });

  test('a hang-up is no event to who has it open and does not read: reading then says end of file', async () => {
    const line = await makeLine();
    const terminal = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(terminal));
    await line.close();
    expect(readSync(terminal, Buffer.alloc(10))).toBe(0);
    expect(() => writeSync(terminal, 'x')).toThrow('EIO');
  });
});
