import { expect, test } from 'vitest';
import type { ModemListener } from '#agent/hub/devices.ts';
import { createVirtualClock } from '#simulator/virtualClock.ts';
import { createRecorder } from './recorder.ts';
import { createShortMessages, storedAtMost } from './shortMessages.ts';

function setUp() {
  const clock = createVirtualClock();
  const heard: string[] = [];
  const world = { isRegistered: true, isOpen: true };
  const listener: ModemListener = {
    status() {},
    well() {},
    failing() {},
    message: (_from, text) => heard.push(text),
    messageOutcome: (id, is) => heard.push(`${id} ${is}`),
    networkTime() {},
  };
  const messages = createShortMessages({
    clock,
    recorder: createRecorder(clock.monotonicMs),
    isRegistered: () => world.isRegistered,
    listener: () => (world.isOpen ? listener : undefined),
    receive({ delivered, answer }) {
      delivered();
      answer('A1 7Q2M 0');
    },
  });
  return { clock, heard, world, messages };
}

test('what was handed over is told, then what became of it, then what came back', () => {
  const { clock, heard, messages } = setUp();
  messages.send('m1', '+46700000000', 'H1');
  clock.advance(5_000);
  expect(heard).toEqual(['m1 sent', 'm1 delivered', 'A1 7Q2M 0']);
});

test.for(['isRegistered', 'isOpen'] as const)('a message to the hub waits until %s', (needed) => {
  const { heard, world, messages } = setUp();
  world[needed] = false;
  messages.deliver('+46700000000', 'first');
  messages.changed();
  expect(heard).toEqual([]);
  world[needed] = true;
  messages.changed();
  messages.changed();
  expect(heard).toEqual(['first']);
});

test('the network keeps so many and no more', () => {
  const { heard, world, messages } = setUp();
  world.isOpen = false;
  for (let count = 1; count <= storedAtMost + 1; count += 1) messages.deliver('+46700000000', String(count));
  world.isOpen = true;
  messages.changed();
  expect(heard).toHaveLength(storedAtMost);
  expect(heard.at(-1)).toBe(String(storedAtMost));
});
