import { expect, test } from 'vitest';
import type { NewEvent } from '#simulator/world/recorder.ts';
import { createVirtualClock } from '#simulator/virtualClock.ts';
import { startStory } from './story.ts';

function told(events: readonly NewEvent[], verbose = false): string[] {
  const lines: string[] = [];
  const clock = createVirtualClock(0);
  const story = startStory({ clock, verbose, print: (line) => lines.push(line) });
  clock.advanceTo(1_250);
  events.forEach(story.event);
  return lines;
}

const heartbeat: NewEvent = {
  kind: 'heartbeat',
  at: 'primary',
  hub: 'hub-0001',
  beat: 3,
  probe: false,
  waiting: 0,
  answered: true,
};

test('each line says when, where and what', () => {
  expect(
    told([
      { kind: 'action', action: { word: 'mains', is: 'off' } },
      { kind: 'power', mains: false, chargePercent: 99 },
      { kind: 'light', name: 'battery' },
      { kind: 'sound', name: 'checked-in' },
      { kind: 'link', is: 'down' },
      { kind: 'path', at: 'primary', is: 'down', reason: 'connection-lost' },
      { kind: 'hub', is: 'without-power' },
      { kind: 'device', device: 'ups', is: 'unplugged' },
      { kind: 'telegram', from: 'pendant', what: 'press', copy: 0, heard: true },
    ]),
  ).toEqual([
    '   1.250  you           mains: off',
    '   1.250  power         battery, charge 99 %',
    '   1.250  light         battery',
    '   1.250  sound         checked-in',
    '   1.250  link          link down',
    '   1.250  path          hub lost the primary centre (connection-lost)',
    '   1.250  hub           hub without power',
    '   1.250  device        ups unplugged',
    '   1.250  radio         pendant press',
  ]);
});

test('nobody reads a telephone number or a PIN in it', () => {
  const lines = told(
    [
      { kind: 'voice', is: 'failed', path: 'modem', by: 'hub', to: '+46313900600', reason: 'nobody has this number' },
      { kind: 'sms', is: 'sent', number: '+46313900600', text: 'ALARM 7K3M' },
      { kind: 'action', action: { word: 'configure', layer: { modem: { pin: '4711' } } } },
    ],
    true,
  );
  expect(lines.map((line) => line.slice(24))).toEqual([
    'failed: nobody has this number (by the hub, over modem)',
    'sent: ALARM 7K3M',
    'configure modem',
  ]);
});

test('what repeats, and what the world shows already, is told only when everything is asked for', () => {
  const events: NewEvent[] = [
    heartbeat,
    { kind: 'log', level: 'info', message: 'the hub calls', fields: { step: 'call', path: 'sip' } },
    { kind: 'log', level: 'debug', message: 'counted', fields: { bytes: 3 } },
    { kind: 'journal', row: 4, entry: 'link' },
  ];
  expect(told(events)).toEqual([]);
  expect(told(events, true)).toHaveLength(events.length);
});

test('what goes wrong is told in any case, with its reason', () => {
  expect(
    told([
      { kind: 'log', level: 'warn', message: 'there was no voice contact', fields: { step: 'call' } },
      { kind: 'log', level: 'error', message: 'not connected', fields: { reason: 'refused' } },
    ]),
  ).toEqual([
    '   1.250  call          there was no voice contact',
    '   1.250  error         not connected (reason "refused")',
  ]);
});
