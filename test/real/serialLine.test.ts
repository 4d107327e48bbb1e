import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSerial, outgoingLimitBytes } from '#agent/lines/serialLine.ts';
import { createPtyLine, type PtyLine } from '#devices/line/ptyLine.ts';
import type { Line } from '#protocol/core/line.ts';

/** What a serial port of the machine does beyond the contract of every line (test/contract/line.test.ts). */

let folder: string;
let pty: PtyLine;

let plugged: () => void = () => undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serial-'));
  pty = createPtyLine({ link: join(folder, 'ttyDEVICE'), onPlugged: () => plugged() });
  await pty.ready;
});

function replug(): Promise<void> {
  return new Promise((resolve) => {
    plugged = resolve;
    pty.plug();
  });
}

afterEach(async () => {
  await pty.close();
  rmSync(folder, { recursive: true });
});

interface Opened {
  line: Line;
  received: number[];
  /** Kept with the reason when the line closes. */
  closed: Promise<string>;
  /** Kept when this many bytes have come. */
  bytes(count: number): Promise<void>;
  /** How often bytes were handed over. */
  handedOver(): number;
}

function open(settings: { gatherMs?: number } = {}): Promise<Opened> {
  return new Promise((resolveOpen, rejectOpen) => {
    const received: number[] = [];
    let handedOver = 0;
    let waiting: { count: number; resolve: () => void } | undefined;
    let resolveClosed: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => {
      resolveClosed = resolve;
    });
    const line = openSerial(pty.path)(
      { baudRate: 57_600, ...settings },
      {
        opened: () => resolveOpen({ line, received, closed, bytes, handedOver: () => handedOver }),
        received(chunk) {
          handedOver += 1;
          received.push(...chunk);
          if (waiting !== undefined && received.length >= waiting.count) waiting.resolve();
        },
        closed(reason) {
          resolveClosed(reason);
          rejectOpen(new Error(reason));
        },
      },
    );
    function bytes(count: number): Promise<void> {
      return new Promise((resolve) => {
        waiting = { count, resolve };
        if (received.length >= count) resolve();
      });
    }
  });
}

describe('a serial port', () => {
  test('sends as much as may wait at once, in order', async () => {
    const { line } = await open();
    const heard: number[] = [];
    const all = new Promise<void>((resolve) => {
      pty.device.onReceived((bytes) => {
        heard.push(...bytes);
        if (heard.length === outgoingLimitBytes) resolve();
      });
    });
    const bytes = Uint8Array.from({ length: outgoingLimitBytes }, (_, index) => index & 0xff);
    for (let at = 0; at < bytes.length; at += 1_024) line.write(bytes.subarray(at, at + 1_024));
    await all;
    expect(Uint8Array.from(heard)).toEqual(bytes);
    line.close();
  });

  test('is given up with the reason when more would wait, rather than lose a request in silence', async () => {
    const { line, closed } = await open();
    line.write(new Uint8Array(outgoingLimitBytes));
    line.write(Uint8Array.of(1));
    expect(await closed).toBe(`${pty.path} does not take what is sent: ${outgoingLimitBytes} bytes wait already`);
  });

  test('carries every byte there is', async () => {
    const { line, received, bytes } = await open();
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    pty.device.write(all);
    await bytes(256);
    expect(Uint8Array.from(received)).toEqual(all);
    line.close();
  });

  test('can be opened again at once after it was closed, and carries nothing of the time before', async () => {
    const first = await open();
    first.line.write(Uint8Array.of(1));
    first.line.close();
    const second = await open();
    pty.device.onReceived((bytes) => {
      if (bytes.includes(3)) pty.device.write(Uint8Array.of(2));
    });
    second.line.write(Uint8Array.of(3));
    await second.bytes(1);
    expect(second.received).toEqual([2]);
    expect(first.received).toEqual([]);
    second.line.close();
  });

  // The library alone misses about every fifth of these, and keeps a core busy from then on.
  test('tells that its device is gone, even when that happens in the middle of reading', async () => {
    for (let round = 0; round < 25; round += 1) {
      const { closed } = await open();
      pty.unplug();
      expect(await closed).toContain(`${pty.path} is gone`);
      await replug();
    }
  });
});

test('a device that speaks all the time is heard in one go, where its driver asks for that, and nothing is lost', async () => {
  const opened = await open({ gatherMs: 2_000 });
  const all = opened.bytes(20);
  for (let said = 0; said < 20; said += 1) pty.device.write(Uint8Array.of(said));
  await all;
  expect(opened.received).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(opened.handedOver()).toBeLessThanOrEqual(2);
  opened.line.close();
});
