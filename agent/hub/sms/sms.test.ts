import { afterEach, describe, expect, test } from 'vitest';
import type { MobileStatus, ModemListener } from '#agent/hub/devices.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { startHubAtWork } from '#test/hubAtWork.ts';

const number = '+46700000000';
const inService: MobileStatus = { sim: 'ready', registration: 'home', access: '2G', data: false };

let close = (): void => {};
afterEach(() => close());

/** A hub without a path, with a modem in the network; what it sends by short message is noted. */
function setUp(sms: Readonly<Record<string, unknown>> = { number }, { registered = true } = {}) {
  let listener: ModemListener | undefined;
  const sent: { id: string; to: string; text: string }[] = [];
  const work = startHubAtWork(
    { sms },
    {
      openModem(opened) {
        listener = opened;
        return { enterPin() {}, recover() {}, sendMessage: (id, to, text) => sent.push({ id, to, text }), stop() {} };
      },
    },
  );
  close = () => work.close();
  work.setConnected(false);
  const modem = () => listener as ModemListener;
  if (registered) modem().status(inService);
  const pending = () => [...work.journal().pending()];
  return {
    work,
    sent,
    modem,
    pending,
    raise: () => work.front().button('alarm'),
    rounds(...numbers: number[]) {
      for (const round of numbers) {
        for (const report of pending()) work.hub().roundOver(report, round);
        work.clock.advance(10 * secondMs);
      }
    },
    notes: () => work.entries().flatMap(({ kind, body }) => (kind === 'sms' ? [body] : [])),
  };
}

test('an alarm that no path brings through goes by short message to the configured number, and says nothing of anybody', () => {
  const { work, sent, raise, rounds } = setUp();
  raise();
  rounds(1);
  const [alarm] = work.records();
  expect(sent).toEqual([{ id: `${alarm?.ref}/1`, to: number, text: `H1 hub-0001 ${alarm?.ref} 0002 0010 - 1200` }]);
});

test('it is written down before it is sent, so that no restart sends it again', () => {
  const { work, sent, modem, raise, rounds, notes } = setUp();
  raise();
  rounds(1);
  expect(notes()).toMatchObject([{ is: 'sending', count: 1 }]);
  for (let restarts = 0; restarts < 3; restarts += 1) {
    work.restart(minuteMs);
    modem().status(inService);
    rounds(1, 2, 3);
  }
  expect(sent).toHaveLength(1);
  rounds(4);
  expect(sent).toHaveLength(2);
});

test('a path that is away for a moment gets its ten seconds', () => {
  const { work, sent, pending, raise } = setUp();
  raise();
  const [alarm] = pending();
  if (alarm === undefined) throw new Error('no alarm');
  work.hub().roundOver(alarm, 1);
  work.clock.advance(9 * secondMs);
  work.setConnected(true);
  work.clock.advance(minuteMs);
  expect(sent).toEqual([]);
  // The centre is there, and does not answer.
  work.hub().roundOver(alarm, 2);
  expect(sent).toHaveLength(1);
});

test('without a network it waits, and goes as soon as there is one', () => {
  const { sent, modem, raise, rounds } = setUp({ number }, { registered: false });
  raise();
  rounds(1, 2);
  expect(sent).toEqual([]);
  modem().status(inService);
  modem().status({ ...inService, signalDbm: -100 });
  expect(sent).toHaveLength(1);
});

test('behind the rounds there is one an hour, for ever', () => {
  const { work, sent, raise, rounds } = setUp();
  raise();
  rounds(1, 4, 16);
  for (let round = 17; round < 17 + 6 * 24; round += 1) {
    work.clock.advance(10 * minuteMs - 10 * secondMs);
    rounds(round);
  }
  expect(sent).toHaveLength(3 + 24);
});

test.for([
  ['nobody has the number', {}],
  ['it is acknowledged', { number }],
] as const)('no message when %s', ([, sms]) => {
  const { work, sent, pending, raise } = setUp(sms);
  raise();
  for (const report of pending()) work.hub().roundOver(report, 1);
  if ('number' in sms) work.acknowledgeAll();
  work.clock.advance(hourMs);
  expect(sent).toEqual([]);
});

test('only alarms cost a message: not an update of one, nor a fault', () => {
  const { work, sent, modem, raise, rounds } = setUp();
  raise();
  work.clock.advance(3 * secondMs);
  raise();
  modem().failing('silent');
  rounds(1);
  expect(work.records().map(({ report }) => report)).toEqual(['alarm', 'update', 'fault']);
  expect(sent).toHaveLength(1);
});

test('that it was sent, and even delivered, is no acknowledgement (B2.8)', () => {
  const { sent, modem, raise, rounds, pending, notes } = setUp();
  raise();
  rounds(1);
  const id = sent[0]?.id ?? '';
  modem().messageOutcome(id, 'sent');
  modem().messageOutcome(id, 'delivered');
  expect(pending()).toHaveLength(1);
  expect(notes().map((body) => ('is' in body ? body['is'] : ''))).toEqual(['sending', 'sent', 'delivered']);
});

test('one that the network refuses is sent again behind the next round', () => {
  const { sent, modem, raise, rounds } = setUp();
  raise();
  rounds(1);
  modem().messageOutcome(sent[0]?.id ?? '', 'failed');
  rounds(2);
  expect(sent).toHaveLength(2);
});

describe('an answer', () => {
  function answered(sms: Readonly<Record<string, unknown>>, write: (ref: string) => [from: string, text: string]) {
    const home = setUp(sms);
    home.raise();
    home.rounds(1);
    home.modem().message(...write(home.work.records()[0]?.ref ?? ''));
    return home;
  }

  test('from the number stops further messages for that alarm, and does not acknowledge it', () => {
    const { sent, pending, rounds, notes } = answered({ number }, (ref) => [number, `A1 ${ref} 0`]);
    rounds(4, 16, 17);
    expect(sent).toHaveLength(1);
    expect(pending()).toHaveLength(1);
    expect(notes()).toContainEqual({ ref: pending()[0]?.ref, is: 'answered', snu: 0 });
  });

  test('counts over a restart', () => {
    const { work, modem, sent, rounds } = answered({ number }, (ref) => [number, `A1 ${ref} 0`]);
    work.restart();
    modem().status(inService);
    rounds(4, 16);
    expect(sent).toHaveLength(1);
  });

  test('acknowledges where the configuration says so', () => {
    const { pending, work } = answered({ number, acknowledges: true }, (ref) => ['0046 700-00 00 00', `a1 ${ref} 0`]);
    expect(pending()).toEqual([]);
    expect(work.entries()).toContainEqual(
      expect.objectContaining({ kind: 'acknowledged', body: { path: 'sms', snu: 0 } }),
    );
    expect(
      work
        .journal()
        .kept()
        .filter(({ key }) => key.startsWith('sms/')),
    ).toEqual([]);
  });

  test('that does not treat the alarm is written down, and stops nothing', () => {
    const { sent, pending, rounds } = answered({ number, acknowledges: true }, (ref) => [number, `A1 ${ref} 5`]);
    rounds(4);
    expect(sent).toHaveLength(2);
    expect(pending()).toHaveLength(1);
  });

  test.for([
    ['another number', (ref: string): [string, string] => ['+46700000001', `A1 ${ref} 0`], 'smsForeign'],
    ['who writes otherwise', (ref: string): [string, string] => [number, `ok ${ref}`], 'smsUnreadable'],
    ['who means another alarm', (): [string, string] => [number, 'A1 NOBODY 0'], 'smsUnknown'],
  ] as const)('from %s is counted, and changes nothing', ([, write, counter]) => {
    const { work, sent, pending, rounds, notes } = answered({ number, acknowledges: true }, write);
    expect(work.hub().counters()[counter]).toBe(1);
    expect(notes()).toHaveLength(1);
    rounds(4);
    expect(sent).toHaveLength(2);
    expect(pending()).toHaveLength(1);
  });

  test('no number is in the journal or the log', () => {
    const { work } = answered({ number, acknowledges: true }, (ref) => [number, `A1 ${ref} 0`]);
    for (const text of [
      JSON.stringify(work.entries()),
      JSON.stringify(work.lines),
      JSON.stringify(work.journal().kept()),
    ])
      expect(text).not.toContain('4670000');
  });
});
