import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import type { Line, OpenLine } from '#protocol/core/line.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** What a hub and a device may rely on, whatever the line is made of (protocol/core/line.ts). */
interface Wire {
  openLine: OpenLine;
  device: DeviceEnd;
  /** What the port is called in reasons. */
  name: string;
  unplug(): void;
  /** Puts the plug back, and says when the port is there again. */
  plug(): Promise<void>;
  /** Waits until the hub's end has really been closed so many times: closing takes a moment on a real port. */
  released(times: number): Promise<void>;
  /** Lets the device say something while nobody has the port open. */
  writeUnheard(bytes: Uint8Array): Promise<void>;
  /** Something was told: whoever waits looks again. */
  notice(): void;
  /** Waits for what is told, never for time. */
  until(isSo: () => boolean): Promise<void>;
  end(): Promise<void>;
}

/** Virtual time in which everything on a memory line has happened, in milliseconds. */
const settleMs = 60_000;

function makeMemoryWire(difficulties: { latencyMs?: number; fragmentation?: number }): Wire {
  const clock = createVirtualClock();
  const line = createMemoryLine({ clock, random: createSeededRandom(7), name: 'ttyMEMORY', ...difficulties });
  return {
    ...line,
    name: 'ttyMEMORY',
    plug() {
      line.plug();
      return Promise.resolve();
    },
    released: () => Promise.resolve(),
    writeUnheard(bytes) {
      line.device.write(bytes);
      return Promise.resolve();
    },
    notice() {},
    until(isSo) {
      clock.advance(settleMs);
      return isSo() ? Promise.resolve() : Promise.reject(new Error(`${isSo.toString()} did not come true`));
    },
    end: () => Promise.resolve(),
  };
}

async function makePtyWire(): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'line-'));
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  const count = { plugged: 0, released: 0, discarded: 0 };
  function notice(): void {
    const met = waiting.filter(({ isSo }) => isSo());
    waiting = waiting.filter((one) => !met.includes(one));
    for (const { resolve } of met) resolve();
  }
  function until(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve();
    return new Promise((resolve) => {
      waiting.push({ isSo, resolve });
    });
  }
  const link = join(folder, 'ttyPTY');
  function counted(what: keyof typeof count): () => void {
    return () => {
      count[what] += 1;
      notice();
    };
  }
  const line = createPtyLine({
    link,
    onPlugged: counted('plugged'),
    onReleased: counted('released'),
    onDiscarded: counted('discarded'),
  });
  await line.ready;
  return {
    openLine: openSerial(link),
    device: line.device,
    name: link,
    unplug: () => line.unplug(),
    plug() {
      const before = count.plugged;
      line.plug();
      return until(() => count.plugged > before);
    },
    released: (times) => until(() => count.released >= times),
    writeUnheard(bytes) {
      const before = count.discarded;
      line.device.write(bytes);
      return until(() => count.discarded > before);
    },
    notice,
    until,
    async end() {
      await line.close();
      rmSync(folder, { recursive: true });
    },
  };
}

lineContract('a line in memory', () => Promise.resolve(makeMemoryWire({})));
lineContract('a slow line in memory that tears and joins what it carries', () =>
  Promise.resolve(makeMemoryWire({ latencyMs: 5, fragmentation: 0.7 })),
);
lineContract('a pseudo terminal and the real serial port library', makePtyWire);

function lineContract(name: string, makeWire: () => Promise<Wire>): void {
  describe(`the contract of a line, kept by ${name}`, () => {
    let wire: Wire;
    let atDevice: number[];

    beforeEach(async () => {
      wire = await makeWire();
      atDevice = [];
      wire.device.onReceived((bytes) => {
        for (const byte of bytes) atDevice.push(byte);
        wire.notice();
      });
    });
    afterEach(() => wire.end());

    /** Opens the hub's end and writes down all it is told. */
    function open(): {
      line: Line;
      told: string[];
      received: number[];
      isOpen: () => boolean;
      isClosed: () => boolean;
    } {
      const told: string[] = [];
      const received: number[] = [];
      const line = wire.openLine(
        { baudRate: 57_600 },
        {
          opened() {
            told.push('opened');
            wire.notice();
          },
          received(bytes) {
            for (const byte of bytes) received.push(byte);
            wire.notice();
          },
          closed(reason) {
            told.push(`closed: ${reason}`);
            wire.notice();
          },
        },
      );
      return {
        line,
        told,
        received,
        isOpen: () => told[0] === 'opened',
        isClosed: () => told.some((one) => one.startsWith('closed')),
      };
    }

    async function opened() {
      const session = open();
      await wire.until(session.isOpen);
      return session;
    }

    /** Opens the hub's end and says something each way, so that both ends are at rest and listen. */
    async function inUse() {
      const session = await opened();
      wire.device.write(Uint8Array.of(0xa5));
      await wire.until(() => session.received.length > 0);
      session.line.write(Uint8Array.of(0x5a));
      await wire.until(() => atDevice.length > 0);
      session.received.length = 0;
      atDevice.length = 0;
      return session;
    }

    test('carries every byte value, whole and in order, both ways', async () => {
      const { line, received } = await opened();
      const every = Uint8Array.from({ length: 256 }, (_, index) => index);
      wire.device.write(every);
      line.write(every);
      await wire.until(() => received.length >= 256 && atDevice.length >= 256);
      expect(received).toEqual([...every]);
      expect(atDevice).toEqual([...every]);
    });

    test('carries 100 kB, written at once, to the hub', async () => {
      const { received } = await opened();
      const bytes = manyBytes(100_000);
      wire.device.write(bytes);
      await wire.until(() => received.length >= bytes.length);
      expect(Buffer.from(received).equals(bytes)).toBe(true);
    });

    test('carries 100 kB to the device, in pieces that wait for each other', async () => {
      const { line } = await opened();
      const bytes = manyBytes(100_000);
      for (let start = 0; start < bytes.length; start += 8_000) {
        const piece = bytes.subarray(start, start + 8_000);
        line.write(piece);
        await wire.until(() => atDevice.length >= start + piece.length);
      }
      expect(Buffer.from(atDevice).equals(bytes)).toBe(true);
    });

    test('tells that it is open after the call that opens it, not inside it', async () => {
      const session = open();
      expect(session.told).toEqual([]);
      await wire.until(session.isOpen);
      expect(session.told).toEqual(['opened']);
    });

    test('does not keep bytes written by the caller after the call: a buffer may be used again', async () => {
      const { line, received } = await opened();
      const buffer = Uint8Array.of(1, 2, 3);
      line.write(buffer);
      wire.device.write(buffer);
      buffer.fill(9);
      await wire.until(() => received.length >= 3 && atDevice.length >= 3);
      expect([received, atDevice]).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
    });

    test('is opened again after it was closed', async () => {
      const first = await opened();
      wire.device.write(Uint8Array.of(9));
      await wire.until(() => first.received.length > 0);
      first.line.close();
      await wire.released(1);
      const second = await opened();
      wire.device.write(Uint8Array.of(1));
      second.line.write(Uint8Array.of(2));
      await wire.until(() => second.received.length > 0 && atDevice.length > 0);
      expect([second.received, atDevice]).toEqual([[1], [2]]);
    });

    test('tells a closed end nothing any more', async () => {
      const first = await inUse();
      first.line.close();
      wire.device.write(Uint8Array.of(1));
      await wire.released(1);
      const second = await inUse();
      wire.unplug();
      await wire.until(second.isClosed);
      expect(first.told).toEqual(['opened']);
      expect(first.received).toEqual([]);
    });

    test('loses what the device says while nobody has it open: a new session hears nothing stale', async () => {
      await wire.writeUnheard(Uint8Array.of(1, 1, 1));
      const first = await opened();
      wire.device.write(Uint8Array.of(2));
      await wire.until(() => first.received.length > 0);
      first.line.close();
      await wire.released(1);
      await wire.writeUnheard(Uint8Array.of(3, 3, 3));
      const second = await opened();
      wire.device.write(Uint8Array.of(4));
      await wire.until(() => second.received.length > 0);
      expect([first.received, second.received]).toEqual([[2], [4]]);
    });

    test('tells once, with its name, that it was unplugged', async () => {
      const first = await inUse();
      wire.unplug();
      await wire.until(first.isClosed);
      await wire.plug();
      const second = await opened();
      wire.device.write(Uint8Array.of(1));
      await wire.until(() => second.received.length > 0);
      expect(first.told).toEqual(['opened', expect.stringContaining(wire.name)]);
      expect(first.received).toEqual([]);
    });

    test('tells that it was unplugged the moment it was opened, when the first read is only beginning', async () => {
      const session = await opened();
      wire.unplug();
      await wire.until(session.isClosed);
      expect(session.told).toEqual(['opened', expect.stringContaining(wire.name)]);
    });

    test('is there under the same name when it is plugged in again', async () => {
      await inUse();
      wire.unplug();
      await wire.plug();
      const again = await opened();
      again.line.write(Uint8Array.of(1));
      wire.device.write(Uint8Array.of(2));
      await wire.until(() => again.received.length > 0 && atDevice.length > 0);
      expect([atDevice, again.received]).toEqual([[1], [2]]);
    });

    test('tells by its name that it cannot be opened when it is not there', async () => {
      wire.unplug();
      const session = open();
      expect(session.told).toEqual([]);
      await wire.until(session.isClosed);
      expect(session.told).toEqual([expect.stringContaining(wire.name)]);
    });

    test('takes what is written to a line that is gone, or was never there, without complaint', async () => {
      wire.unplug();
      const never = open();
      never.line.write(Uint8Array.of(1));
      await wire.until(never.isClosed);
      never.line.write(Uint8Array.of(1));
      never.line.close();
      wire.device.write(Uint8Array.of(1));
      await wire.plug();
      const again = await opened();
      again.line.write(Uint8Array.of(2));
      await wire.until(() => atDevice.length > 0);
      expect(atDevice).toEqual([2]);
    });

    test('refuses a second opener while the first has it', async () => {
      const first = await opened();
      const second = open();
      await wire.until(second.isClosed);
      expect(second.told).toEqual([expect.stringContaining(wire.name)]);
      wire.device.write(Uint8Array.of(1));
      await wire.until(() => first.received.length > 0);
      expect(first.received).toEqual([1]);
    });
  });
}

/** Bytes in which a lost, doubled or exchanged piece shows. */
function manyBytes(count: number): Uint8Array {
  const random = createSeededRandom(count);
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}
