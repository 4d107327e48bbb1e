import { describe, expect, test } from 'vitest';
import type { LineListener } from '#protocol/core/line.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createMemoryLine, type MemoryLineOptions } from './memoryLine.ts';
import { pipeBytesLimit } from './pipe.ts';

function openLine(options: Partial<MemoryLineOptions> = {}, baudRate = 57_600) {
  const clock = createVirtualClock();
  const line = createMemoryLine({ clock, random: createSeededRandom(3), ...options });
  const pieces: Uint8Array[] = [];
  const atDevice: number[] = [];
  line.device.onReceived((bytes) => atDevice.push(...bytes));
  const listener: LineListener = { opened() {}, received: (bytes) => pieces.push(bytes), closed() {} };
  const end = line.openLine({ baudRate }, listener);
  clock.advance(0);
  return { clock, line, end, pieces, atDevice, received: () => pieces.flatMap((piece) => [...piece]) };
}

const hundred = Uint8Array.from({ length: 100 }, (_, index) => index);

describe('a line in memory', () => {
  test('delivers nothing inside the write: a driver that answers at once is not called in the middle of its own call', () => {
    const { clock, line, received } = openLine();
    line.device.write(Uint8Array.of(1));
    expect(received()).toEqual([]);
    clock.advance(0);
    expect(received()).toEqual([1]);
  });

  test('delivers within its latency, and not before time passes', () => {
    const { clock, line, received } = openLine({ latencyMs: 20 });
    line.device.write(hundred);
    clock.advance(0);
    expect(received()).toEqual([]);
    clock.advance(20);
    expect(received()).toEqual([...hundred]);
  });

  test('tears and joins writes, keeps their order, and does so the same way for the same seed', () => {
    const cuts = [1, 2].map(() => {
      const { clock, line, pieces, received } = openLine({ fragmentation: 0.8, latencyMs: 5 });
      for (const byte of hundred) line.device.write(Uint8Array.of(byte, byte));
      clock.advance(10_000);
      expect(received()).toEqual([...hundred].flatMap((byte) => [byte, byte]));
      return pieces.map((piece) => piece.length);
    });
    expect(cuts[0]).toEqual(cuts[1]);
    expect(cuts[0]?.some((length) => length > 2)).toBe(true);
    expect(cuts[0]?.some((length) => length % 2 === 1)).toBe(true);
  });

  test('changes every byte, both ways, when it is opened at the wrong baud rate', () => {
    const { clock, line, end, received, atDevice } = openLine({ baudRate: 57_600 }, 9_600);
    line.device.write(hundred);
    end.write(hundred);
    clock.advance(1);
    for (const heard of [received(), atDevice]) {
      expect(heard).toHaveLength(100);
      expect(heard.filter((byte, index) => byte === index)).toEqual([]);
    }
  });

  test('changes nothing at the right baud rate', () => {
    const { clock, line, received } = openLine({ baudRate: 57_600 });
    line.device.write(hundred);
    clock.advance(1);
    expect(received()).toEqual([...hundred]);
  });

  test('slips random bytes in at the given rate, and loses none', () => {
    const { clock, line, received } = openLine({ noise: 0.1 });
    const sent = new Uint8Array(10_000).fill(44);
    line.device.write(sent);
    clock.advance(1);
    const surplus = received().length - sent.length;
    expect(surplus).toBeGreaterThan(800);
    expect(surplus).toBeLessThan(1_200);
    expect(received().filter((byte) => byte === 44).length).toBeGreaterThanOrEqual(sent.length);
  });

  test('overruns at its limit as a UART does: the first bytes arrive, the rest is lost and counted', () => {
    const { clock, line, pieces } = openLine();
    line.device.write(new Uint8Array(pipeBytesLimit - 1));
    line.device.write(new Uint8Array(3));
    expect(line.lostBytes()).toBe(2);
    clock.advance(1);
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(pipeBytesLimit);
    line.device.write(new Uint8Array(10));
    expect(line.lostBytes()).toBe(2);
  });

  test('lets no timer wait when nothing is under way', () => {
    const { clock, line } = openLine({ latencyMs: 20, fragmentation: 0.5 });
    line.device.write(hundred);
    clock.advance(10_000);
    expect(clock.waiting()).toBe(0);
  });
});
