import { expect, test } from 'vitest';
import { createHandLine } from '#test/handLine.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type TracedChunk, traced } from './trace.ts';

test('a traced line tells every chunk of both directions and changes nothing', () => {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const chunks: TracedChunk[] = [];
  const heard: (string | Uint8Array)[] = [];
  const open = traced(hand.openLine, 'radio', clock, (chunk) => chunks.push(chunk));
  hand.onWrite = (bytes) => heard.push(bytes);
  const line = open(
    { baudRate: 57_600 },
    {
      opened: () => heard.push('opened'),
      received: (bytes) => heard.push(bytes),
      closed: (reason) => heard.push(reason),
    },
  );
  clock.advance(5);
  line.write(Uint8Array.of(1, 2));
  clock.advance(5);
  hand.receive(Uint8Array.of(3));
  hand.unplug();
  expect(chunks).toEqual([
    { line: 'radio', direction: 'out', bytes: Uint8Array.of(1, 2), monotonicMs: 5 },
    { line: 'radio', direction: 'in', bytes: Uint8Array.of(3), monotonicMs: 10 },
  ]);
  expect(heard).toEqual(['opened', Uint8Array.of(1, 2), Uint8Array.of(3), 'unplugged']);
  expect(hand.story).toEqual(['opened']);
  expect(hand.lastSettings()).toEqual({ baudRate: 57_600 });
});

test('a traced line closes when it is closed', () => {
  const clock = createVirtualClock();
  const hand = createHandLine(clock);
  const nothing = () => undefined;
  const open = traced(hand.openLine, 'radio', clock, nothing);
  const line = open({ baudRate: 9_600 }, { opened: nothing, received: nothing, closed: nothing });
  clock.advance(1);
  line.close();
  expect(hand.story).toEqual(['opened', 'closed']);
});
