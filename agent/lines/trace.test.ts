import { expect, test } from 'vitest';
import { createHandLine } from '#test/handLine.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { shownBytes, type TracedChunk, traced } from './trace.ts';

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

test.each([
  ['a PIN', 'modem', 'AT+CPIN="1234"\r', 'AT+CPIN="****"\r'],
  ['the number of a caller', 'modem', '\r\n+CLIP: "+46701234567",145\r\n', '\r\n+CLIP: "+***********",145\r\n'],
  ['a short message', 'modem', '\r\n07916407058099F9\r\n', '\r\n****************\r\n'],
  ['the first half of a number', 'modem', '\r\n+CLIP: "+467', '\r\n+CLIP: "+***'],
  ['the second half of a number', 'modem', '67",145\r\n', '**",145\r\n'],
  ['the number of a tag, however short its piece', 'reader', '\u00025C9\u0003', '\u0002***\u0003'],
])('a trace does not show %s', (_what, line, said, shown) => {
  const hexOf = (text: string): string =>
    Buffer.from(text)
      .toString('hex')
      .replaceAll(/(..)(?=.)/gu, '$1 ');
  expect(shownBytes({ line, bytes: Buffer.from(said) })).toBe(hexOf(shown).replaceAll('2a', 'xx'));
});

test('a trace shows all of a line on which nobody is named, and of a modem what it does', () => {
  expect(shownBytes({ line: 'radio', bytes: Buffer.from('1234') })).toBe('31 32 33 34');
  expect(shownBytes({ line: 'modem', bytes: Buffer.from('+CREG: 0,1\r') })).toBe('2b 43 52 45 47 3a 20 30 2c 31 0d');
});
