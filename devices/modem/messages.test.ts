import { describe, expect, test } from 'vitest';
import { addressOf } from '#protocol/sms/address.ts';
import { contentsOf } from '#protocol/sms/parts.ts';
import { decodePdu, encodePdu, type Pdu } from '#protocol/sms/pdu.ts';
import { startFakeModem } from '#test/fakeModem.ts';
import { waitingLimit } from './inbox.ts';
import { storeLimits } from './messageStore.ts';
import { reportAfterMs, sendMs } from './messages.ts';
import { incompleteLimit } from './outbox.ts';

const endOfMessage = '\u001a';
const escape = '\u001b';

/** The PDUs of a text for somebody, with the length that the modem is told. */
function pdus(text: string, { wantsReport = false, reference = 9 } = {}): { hex: string; length: number }[] {
  const contents = contentsOf(text, { reference, isWide: false });
  if (!contents.ok) throw new Error(contents.problem.message);
  return contents.value.map((content) => {
    const to = addressOf('+46700000001');
    const encoded = encodePdu({ type: 'submit', reference: 0, to, wantsReport, ...content });
    if (!encoded.ok) throw new Error(encoded.problem.message);
    return encoded.value;
  });
}

/** A modem, and a program that sends and reads in PDU mode. */
function setUp(settings = 'AT+CMGF=0') {
  const modem = startFakeModem();
  modem.ask(settings);
  function send({ hex, length }: { hex: string; length: number }): string[] {
    expect(modem.ask(`AT+CMGS=${length}`, 100)).toEqual(['> ']);
    modem.write(`${hex}${endOfMessage}`);
    modem.clock.advance(sendMs + 100);
    return modem.heard();
  }
  function stored(): Pdu[] {
    return modem.ask('AT+CMGL=4').flatMap((line) => {
      const pdu = decodePdu(line);
      return pdu.ok ? [pdu.value] : [];
    });
  }
  return { ...modem, send, stored };
}

const [hello = { hex: '', length: 0 }] = pdus('hellohello');

describe('a message that the hub sends', () => {
  test('is taken at the prompt, numbered, and told', () => {
    const { send, told } = setUp();
    expect(send(hello)).toEqual(['+CMGS: 1', 'OK']);
    expect(send(hello)).toEqual(['+CMGS: 2', 'OK']);
    expect(told()[0]).toEqual({ event: 'sms-sent', to: '+46700000001', text: 'hellohello', parts: 1 });
  });

  test('in parts is told whole when the last part has gone out, in whatever order they go', () => {
    const { send, told } = setUp();
    const text = 'Åke har larmat. '.repeat(20);
    for (const part of pdus(text).toReversed()) {
      expect(told()).toEqual([]);
      send(part);
    }
    expect(told()).toEqual([{ event: 'sms-sent', to: '+46700000001', text, parts: 3 }]);
  });

  test(`that is never finished is forgotten when ${incompleteLimit} others are begun`, () => {
    const { send, told } = setUp();
    const text = 'x'.repeat(200);
    const [first = hello, second = hello] = pdus(text, { reference: 0 });
    const begin = (count: number): void => {
      for (let reference = 1; reference <= count; reference += 1) send(pdus(text, { reference })[0] ?? hello);
    };
    send(first);
    begin(incompleteLimit - 1);
    send(second);
    expect(told()).toHaveLength(1);
    send(first);
    begin(incompleteLimit);
    send(second);
    expect(told()).toEqual([]);
  });

  test('has a report after its delivery, when one is asked for', () => {
    const { ask, send, heard, clock, stored } = setUp();
    ask('AT+CNMI=2,1,0,1,0');
    const [pdu = hello] = pdus('hellohello', { wantsReport: true });
    send(pdu);
    clock.advance(reportAfterMs);
    const [line = '', report = ''] = heard();
    expect(line).toBe(`+CDS: ${report.length / 2 - 8}`);
    expect(decodePdu(report)).toMatchObject({
      value: { type: 'status-report', reference: 1, status: 0, to: { text: '46700000001' } },
    });
    send(hello);
    clock.advance(reportAfterMs);
    expect(heard()).toEqual([]);
    ask('AT+CNMI=2,1,0,0,0');
    send(pdu);
    clock.advance(reportAfterMs);
    expect(heard()).toEqual([]);
    expect(stored()).toEqual([]);
  });

  test('has a report in the store, when it is wanted there', () => {
    const { ask, send, heard, clock, stored } = setUp();
    ask('AT+CNMI=2,1,0,2,0');
    send(pdus('hello', { wantsReport: true })[0] ?? hello);
    clock.advance(reportAfterMs);
    expect(heard()).toEqual(['+CDSI: "SM",0']);
    expect(stored()).toMatchObject([{ type: 'status-report' }]);
  });

  test.each([
    ['has another length than was told', { ...hello, length: hello.length + 1 }],
    ['is no PDU', { hex: 'hello', length: 3 }],
    [
      'is a message that has come',
      { hex: '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07', length: 30 },
    ],
  ])('is refused when it %s', (_, wrong) => {
    const { send, told } = setUp();
    expect(send(wrong)).toEqual(['+CMS ERROR: 304']);
    expect(told()).toEqual([]);
  });

  test('is refused without a network or a card, and not sent when it is taken back', () => {
    const { ask, send, say, write, clock, heard, told } = setUp();
    say('network none');
    expect(send(hello)).toEqual(['+CMS ERROR: 331']);
    say('network home');
    ask(`AT+CMGS=${hello.length}`);
    write(`0011${escape}`);
    clock.advance(sendMs);
    expect(heard()).toEqual(['OK']);
    say('sim absent');
    expect(ask(`AT+CMGS=${hello.length}`)).toEqual(['+CME ERROR: 10']);
    expect(told()).toEqual([]);
  });

  test('in text mode is written in the alphabet of the line', () => {
    const { ask, write, clock, heard, told } = setUp('AT+CMGF=1;+CSCS="UCS2"');
    expect(ask('AT+CMGS="002B00340036"', 100)).toEqual(['> ']);
    write(`00480065006A0020007000E5${endOfMessage}`);
    clock.advance(sendMs + 100);
    expect(heard()).toEqual(['+CMGS: 1', 'OK']);
    ask('AT+CSCS="GSM"');
    ask('AT+CMGS="+46"');
    write(`a\rb\u0000${endOfMessage}`);
    clock.advance(sendMs + 100);
    expect(told()).toMatchObject([{ to: '+46', text: 'Hej på' }, { text: 'a\nb@' }]);
    ask('AT+CMGS="+46"');
    write(`${'x'.repeat(161)}${endOfMessage}`);
    clock.advance(sendMs + 100);
    expect(heard().at(-1)).toBe('+CMS ERROR: 305');
  });
});

describe('a message that comes to the hub', () => {
  test('is stored and told, read, and deleted', () => {
    const { say, ask, stored } = setUp();
    expect(say('sms +46700000001 A1 7Q2M 0')).toEqual(['+CMTI: "SM",0']);
    expect(say('sms Kommun Hej')).toEqual(['+CMTI: "SM",1']);
    expect(ask('AT+CMGL=0').filter((line) => line.startsWith('+CMGL'))).toHaveLength(2);
    expect(ask('AT+CMGL=0')).toEqual(['OK']);
    expect(stored()).toMatchObject([
      { type: 'deliver', from: { kind: 'international', text: '46700000001' }, content: { text: 'A1 7Q2M 0' } },
      { type: 'deliver', from: { kind: 'name', text: 'Kommun' }, content: { text: 'Hej' } },
    ]);
    expect(ask('AT+CMGR=1')[0]).toMatch(/^\+CMGR: 1,,\d+$/u);
    expect(ask('AT+CMGD=0')).toEqual(['OK']);
    expect(ask('AT+CMGR=0')).toEqual(['+CMS ERROR: 321']);
    expect(ask('AT+CMGD=1,4')).toEqual(['OK']);
    expect(stored()).toEqual([]);
  });

  test('is stored in silence or shown at once, as it was asked for', () => {
    const { say, ask } = setUp();
    ask('AT+CNMI=2,0');
    expect(say('sms +46 Hej')).toEqual([]);
    ask('AT+CNMI=2,2');
    const [line, pdu = ''] = say('sms +46 Hej');
    expect(line).toBe(`+CMT: ,${pdu.length / 2 - 8}`);
    ask('AT+CMGF=1;+CSCS="GSM"');
    expect(say('sms +46 Hej')).toEqual([expect.stringMatching(/^\+CMT: "\+46",,"\d\d\/.*\+04"$/u), 'Hej']);
    expect(ask('AT+CMGL="ALL"')).toEqual([expect.stringMatching(/^\+CMGL: 0,"REC UNREAD","\+46",,"/u), 'Hej', 'OK']);
  });

  test('of more than a message comes in parts', () => {
    const { say, stored } = setUp();
    expect(say(`sms +46 ${'lång '.repeat(35).trim()}`)).toEqual(['+CMTI: "SM",0', '+CMTI: "SM",1']);
    expect(stored()).toMatchObject([{ part: { number: 1, total: 2 } }, { part: { number: 2, total: 2 } }]);
  });

  test(`waits in the network while the store is full with ${storeLimits.SM}, or there is no service`, () => {
    const { say, ask } = setUp();
    for (let count = 0; count < storeLimits.SM; count += 1) say('sms +46 Hej', 0);
    expect(ask('AT+CPMS?')).toEqual(['+CPMS: "SM",50,50,"SM",50,50,"SM",50,50', 'OK']);
    expect(say('sms +46 Hej')).toEqual([]);
    expect(ask('AT+CMGD=7')).toEqual(['OK', '+CMTI: "SM",7']);
    ask('AT+CMGD=0,4');
    say('network none');
    expect(say('sms +46 Hej')).toEqual([]);
    expect(say('network home')).toContain('+CMTI: "SM",0');
  });

  test(`is kept by the network ${waitingLimit} times, and then refused`, () => {
    const { say } = setUp();
    say('network none');
    for (let count = 0; count < waitingLimit; count += 1) expect(say('sms +46 Hej', 0)).toEqual([]);
    expect(say('sms +46 Hej')).toEqual([expect.stringContaining('too many messages')]);
  });

  test('outlives a restart, on the card or in the modem', () => {
    const { say, ask, stored } = setUp();
    say('sms +46 Hej');
    expect(ask('AT+CPMS="ME","ME","ME"')).toEqual(['+CPMS: 0,99,0,99,0,99', 'OK']);
    expect(say('sms +46 Hej')).toEqual(['+CMTI: "ME",0']);
    say('reboot', 20_000);
    ask('ATE0');
    expect(stored()).toHaveLength(1);
    expect(ask('AT+CPMS="XX"')).toEqual(['ERROR']);
  });

  test('has a sender and a text that can be written', () => {
    const { say } = setUp();
    expect(say('sms +46')).toEqual([expect.stringContaining('usage: sms FROM TEXT')]);
    expect(say('sms ThisNameIsTooLong Hej')).toEqual([expect.stringContaining("a sender's name")]);
  });
});

describe('how messages are told', () => {
  test('is set, asked for, and forgotten at a restart', () => {
    const { ask, say } = setUp();
    ask('AT+CNMI=2,2,0,1,0;+CSCS="UCS2";+CSMP=49,167,0,8;+CSCA="+46700000055",145');
    const asked = 'AT+CNMI?;+CSCS?;+CSMP?;+CSCA?;+CMGF?;+CSMS?';
    expect(ask(asked)).toEqual([
      '+CNMI: 2,2,0,1,0',
      '+CSCS: "UCS2"',
      '+CSMP: 49,167,0,8',
      '+CSCA: "+46700000055",145',
      '+CMGF: 0',
      '+CSMS: 0,1,1,1',
      'OK',
    ]);
    say('reboot', 20_000);
    ask('ATE0');
    expect(ask(asked).slice(0, 3)).toEqual(['+CNMI: 2,1,0,0,0', '+CSCS: "IRA"', '+CSMP: 17,167,0,0']);
    expect(ask('AT+CSCS="EBCDIC"')).toEqual(['ERROR']);
    expect(ask('AT+CNMI=9')).toEqual(['ERROR']);
  });
});
