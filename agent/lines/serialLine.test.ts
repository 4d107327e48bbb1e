import { describe, expect, test } from 'vitest';
import { openSerial } from './serialLine.ts';

/** Opens a port that cannot be had; what is told, in order, and whether anything was told before the line was in hand. */
function openInVain(path: string, baudRate = 57_600): Promise<{ told: string[]; early: boolean }> {
  return new Promise((resolve) => {
    const told: string[] = [];
    let inHand = false;
    const line = openSerial(path)(
      { baudRate },
      {
        opened: () => told.push('opened'),
        received: () => told.push('received'),
        closed(reason) {
          told.push(reason);
          line.write(Uint8Array.of(1));
          line.close();
          resolve({ told, early: !inHand });
        },
      },
    );
    line.write(Uint8Array.of(1));
    inHand = true;
  });
}

describe('a serial port that cannot be opened', () => {
  test.each([
    ['there is no such port', '/dev/no-such-port', 57_600, 'No such file or directory'],
    ['it is no serial port', '/dev/null', 57_600, 'cannot open /dev/null'],
    ['it is a folder', '/tmp', 57_600, 'cannot open /tmp'],
    ['it has no name', '', 57_600, 'cannot open'],
    ['no port has such a rate', '/dev/no-such-port', Number.NaN, 'cannot open /dev/no-such-port'],
  ])('is closed with the reason, once, and never throws: %s', async (_, path, baudRate, words) => {
    const { told, early } = await openInVain(path, baudRate);
    expect(told).toEqual([expect.stringContaining(words)]);
    expect(early).toBe(false);
  });

  test('says nothing when it was closed before it failed', async () => {
    const told: string[] = [];
    const line = openSerial('/dev/no-such-port')(
      { baudRate: 57_600 },
      {
        opened: () => told.push('opened'),
        received: () => told.push('received'),
        closed: (reason) => told.push(reason),
      },
    );
    line.close();
    // A second port that fails in the same way fails after the first.
    await openInVain('/dev/no-such-port');
    expect(told).toEqual([]);
  });
});
