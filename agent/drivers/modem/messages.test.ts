import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { addressOf } from '#protocol/sms/address.ts';
import { contentsOf } from '#protocol/sms/parts.ts';
import { decodePdu, encodePdu, type Pdu } from '#protocol/sms/pdu.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';
import { incompleteAtMostMs, incompleteLimit } from './inbox.ts';
import { outgoingLimit, reportsAwaitedLimit } from './messages.ts';

const number = '+46700000000';
const at = { wallMs: Date.UTC(2026, 0, 15, 12), zoneQuarters: 4 };

function hexOf(pdu: Pdu): string {
  const encoded = encodePdu(pdu);
  if (!encoded.ok) throw new Error(encoded.problem.message);
  return encoded.value.hex;
}

/** A message as the modem stores it: one PDU, or one for each part. */
function pdusOf(text: string, reference = 1): string[] {
  const contents = contentsOf(text, { reference, isWide: false });
  if (!contents.ok) throw new Error(contents.problem.message);
  return contents.value.map((content) => hexOf({ type: 'deliver', from: addressOf(number), at, ...content }));
}

function report(reference: number, status: number): string {
  return hexOf({ type: 'status-report', reference, to: addressOf(number), sentAt: at, doneAt: at, status });
}

/** A modem in service, whose news so far are heard. */
function inService() {
  const work = startModemAtWork();
  work.clock.advance(20 * secondMs);
  work.news();
  return work;
}

describe('a short message from the hub (B2.8)', () => {
  test('is sent as one PDU that asks for a report, and told as sent and as delivered', () => {
    const { clock, driver, bodies, news, say } = inService();
    driver.sendMessage('a/1', number, 'H1 hub-0001 7Q2M');
    clock.advance(secondMs);
    expect(news()).toEqual(['a/1 sent']);
    expect(decodePdu(bodies[0] ?? '')).toMatchObject({
      ok: true,
      value: {
        type: 'submit',
        wantsReport: true,
        to: { text: number.slice(1) },
        content: { text: 'H1 hub-0001 7Q2M' },
      },
    });
    say('+CDS: 25', report(7, 0x00));
    expect(news()).toEqual(['a/1 delivered']);
    say('+CDS: 25', report(7, 0x00));
    expect(news()).toEqual([]);
  });

  test('that the network still tries to deliver, or could not, is sent and no more', () => {
    const { clock, driver, news, say, log } = inService();
    driver.sendMessage('a/1', number, 'text');
    clock.advance(secondMs);
    say('+CDS: 25', report(7, 0x20));
    say('+CDS: 25', report(7, 0x40));
    expect(news()).toEqual(['a/1 sent']);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test.for([
    ['is refused', ['+CMS ERROR: 331']],
    ['is not answered', []],
  ] as const)('that %s has failed', ([, answer]) => {
    const { clock, driver, override, news } = inService();
    override((line) => (line.startsWith('body') ? answer : undefined));
    driver.sendMessage('a/1', number, 'text');
    clock.advance(2 * minuteMs);
    expect(news()).toEqual(['a/1 failed']);
  });

  test('whose line is lost while it is sent has failed', () => {
    const { clock, driver, override, news, hand } = inService();
    override((line) => (line.startsWith('body') ? [] : undefined));
    driver.sendMessage('a/1', number, 'text');
    clock.advance(secondMs);
    hand.unplug();
    clock.advance(5 * secondMs);
    expect(news()[0]).toBe('a/1 failed');
  });

  test.for([
    ['without a network', number, 'text'],
    ['to a name', 'Anna', 'text'],
    ['that is longer than one', number, 'x'.repeat(161)],
  ] as const)('%s is not sent', ([what, to, text]) => {
    const { clock, driver, news, modem, bodies } = inService();
    if (what === 'without a network') {
      modem.state = 'none';
      clock.advance(minuteMs);
      news();
    }
    driver.sendMessage('a/1', to, text);
    expect(news()).toEqual([]);
    clock.advance(secondMs);
    expect([news(), bodies]).toEqual([['a/1 failed'], []]);
  });

  test('waits with others up to the limit', () => {
    const { clock, driver, news } = inService();
    for (let count = 0; count <= outgoingLimit; count += 1) driver.sendMessage(`a/${count}`, number, 'text');
    clock.advance(minuteMs);
    const told = news();
    expect(told.filter((one) => one.endsWith('failed'))).toEqual([`a/${outgoingLimit} failed`]);
    expect(told).toHaveLength(outgoingLimit + 1);
  });

  test('is forgotten when too many wait for their report', () => {
    const { clock, driver, modem, news, say, devices } = inService();
    for (let count = 0; count <= reportsAwaitedLimit; count += 1) {
      modem.reference = count;
      driver.sendMessage(`a/${count}`, number, 'text');
      clock.advance(secondMs);
    }
    news();
    say('+CDS: 25', report(0, 0));
    say('+CDS: 25', report(1, 0));
    expect(news()).toEqual(['a/1 delivered']);
    expect(devices.counters().messagesUnreadable).toBe(1);
  });
});

describe('a short message to the hub', () => {
  test('that came while nobody listened is told, and deleted', () => {
    const { clock, modem, news } = startModemAtWork();
    modem.store.set(3, pdusOf('A1 7Q2M 0')[0] ?? '');
    clock.advance(20 * secondMs);
    expect(news()).toContain(`message from ${number}: A1 7Q2M 0`);
    expect(modem.store.size).toBe(0);
  });

  test('is told once, although it cannot be deleted', () => {
    const { clock, modem, say, override, news } = inService();
    override((line) => (line.startsWith('AT+CMGD') ? ['ERROR'] : undefined));
    modem.store.set(3, pdusOf('A1 7Q2M 0')[0] ?? '');
    for (let count = 0; count < 5; count += 1) {
      say('+CMTI: "SM",3');
      clock.advance(2 * secondMs);
    }
    expect(news()).toEqual([`message from ${number}: A1 7Q2M 0`]);
  });

  test('in parts is told when all are there, in any order; until then they stay in the store', () => {
    const { clock, modem, say, news } = inService();
    const text = 'åäö '.repeat(100).trim();
    pdusOf(text)
      .toReversed()
      .forEach((pdu, index) => {
        expect(news()).toEqual([]);
        modem.store.set(index, pdu);
        say(`+CMTI: "SM",${index}`);
        clock.advance(2 * secondMs);
      });
    expect(news()).toEqual([`message from ${number}: ${text}`]);
    expect(modem.store.size).toBe(0);
  });

  test('whose parts do not come is given up after a day, or when there are too many of them', () => {
    const { clock, modem, say, devices } = inService();
    const text = 'x'.repeat(200);
    modem.store.set(100, pdusOf(text, 99)[0] ?? '');
    say('+CMTI: "SM",100');
    clock.advance(incompleteAtMostMs - hourMs);
    expect(modem.store.size).toBe(1);
    clock.advance(2 * hourMs);
    expect([modem.store.size, devices.counters().messagesIncomplete]).toEqual([0, 1]);
    for (let index = 0; index <= incompleteLimit; index += 1) modem.store.set(index, pdusOf(text, index)[0] ?? '');
    say('+CMTI: "SM",0');
    clock.advance(2 * secondMs);
    expect([modem.store.size, devices.counters().messagesIncomplete]).toEqual([incompleteLimit, 2]);
  });

  test('that cannot be read is counted and deleted, so that the store does not fill', () => {
    const { clock, modem, say, news, devices } = inService();
    modem.store.set(1, '0011');
    modem.store.set(2, pdusOf('well')[0] ?? '');
    say('+CMTI: "SM",1');
    clock.advance(2 * secondMs);
    expect([modem.store.size, devices.counters().messagesUnreadable, news()]).toEqual([
      0,
      1,
      [`message from ${number}: well`],
    ]);
  });

  test('that comes straight is told, too', () => {
    const { say, news } = inService();
    say('+CMT: ,24', pdusOf('straight')[0] ?? '');
    expect(news()).toEqual([`message from ${number}: straight`]);
  });

  test('is found within the hour although the modem has not said that it came', () => {
    const { clock, modem, news } = inService();
    modem.store.set(1, pdusOf('late')[0] ?? '');
    clock.advance(hourMs);
    expect(news()).toContain(`message from ${number}: late`);
  });

  test('goes to the modem’s own store where the SIM has none', () => {
    const { clock, override, commands } = startModemAtWork();
    override((line) => (line === 'AT+CPMS="SM","SM","SM"' ? ['+CMS ERROR: 302'] : undefined));
    clock.advance(10 * secondMs);
    expect(commands).toContain('AT+CPMS="ME","ME","ME"');
  });
});
