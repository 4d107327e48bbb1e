import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { nameOf, type Outcome } from './command.ts';
import { answerLinesLimit, createDialogue, queueLimit } from './dialogue.ts';
import { createReception } from './reception.ts';

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const ok = '\r\nOK\r\n';

/** A dialogue in step, whose other end is the test. */
function setUp() {
  const clock = createVirtualClock();
  const written: string[] = [];
  const unasked: string[] = [];
  const outcomes: Outcome[] = [];
  let suspicions = 0;
  const reception = createReception(clock, createLogRecorder().log);
  const dialogue = createDialogue({
    clock,
    reception,
    write: (bytes) => void written.push(String.fromCharCode(...bytes)),
    heard() {},
    suspect: () => (suspicions += 1),
    echoed() {},
    unasked: (said) =>
      void unasked.push(`${said.type === 'information' ? said.prefix : said.type} ${said.pdu ?? ''}`.trim()),
  });
  const hear = (text: string): void => dialogue.received(bytesOf(text));
  function getInStep(): void {
    dialogue.probe(() => true);
    hear(ok);
    clock.advance(300);
    written.splice(0);
  }
  getInStep();
  return {
    clock,
    written,
    unasked,
    outcomes,
    dialogue,
    hear,
    getInStep,
    counters: reception.counters,
    suspicions: () => suspicions,
    note: (outcome: Outcome) => void outcomes.push(outcome),
  };
}

describe('the dialogue with a modem', () => {
  test('has one command at a time, the most urgent first', () => {
    const { dialogue, hear, clock, written, note } = setUp();
    dialogue.ask('look', { line: 'AT+CSQ' }, note);
    dialogue.ask('look', { line: 'AT+COPS?' }, note);
    dialogue.ask('work', { line: 'AT+CMGF=0' }, note);
    dialogue.ask('call', { line: 'ATD112;' }, note);
    for (let count = 0; count < 4; count += 1) {
      clock.advance(100);
      expect(written).toHaveLength(count + 1);
      hear(ok);
    }
    expect(written).toEqual(['ATD112;\r', 'AT+CMGF=0\r', 'AT+CSQ\r', 'AT+COPS?\r']);
  });

  test('keeps no more commands than its limit, and says so', () => {
    const { dialogue, outcomes, clock, note, counters } = setUp();
    for (let count = 0; count < queueLimit; count += 1) dialogue.ask('look', { line: 'AT' }, () => {});
    dialogue.ask('call', { line: 'AT' }, note);
    expect(outcomes).toEqual([]);
    clock.advance(0);
    expect(outcomes).toEqual([{ is: 'unsent', reason: `${queueLimit} commands wait already` }]);
    expect(counters().commandsTooMany).toBe(1);
  });

  test('keeps no more lines of an answer than its limit', () => {
    const { dialogue, outcomes, clock, hear, note } = setUp();
    dialogue.ask('work', { line: 'AT+CMGL=4', prefix: '+CMGL', takesText: true }, note);
    clock.advance(100);
    for (let index = 0; index < answerLinesLimit + 10; index += 1) hear('\r\n0011\r\n');
    hear(ok);
    expect(outcomes[0]?.is === 'ok' && outcomes[0].lines.length).toBe(answerLinesLimit);
  });

  test('tells a refusal, and what nobody knows, apart; then nothing is sent until the modem is probed', () => {
    const { dialogue, outcomes, clock, hear, note, written, suspicions, getInStep } = setUp();
    dialogue.ask('work', { line: 'AT+CFUN=4' }, note);
    clock.advance(100);
    hear('\r\n+CME ERROR: 3\r\n');
    dialogue.ask('work', { line: 'AT+CFUN=1' }, note);
    clock.advance(6 * secondMs);
    expect(outcomes.map(({ is }) => is)).toEqual(['refused', 'unknown']);
    expect(suspicions()).toBe(1);
    written.splice(0);
    dialogue.ask('work', { line: 'AT' }, note);
    clock.advance(minuteMs);
    expect(written).toEqual([]);
    getInStep();
    clock.advance(100);
    hear(ok);
    expect(outcomes.at(-1)?.is).toBe('ok');
  });

  test('takes no late answer for that of the next command', () => {
    const { dialogue, outcomes, clock, hear, note, written } = setUp();
    dialogue.ask('work', { line: 'AT+CSQ', prefix: '+CSQ', mustTell: true }, note);
    clock.advance(6 * secondMs);
    dialogue.ask('work', { line: 'AT+COPS?', prefix: '+COPS', mustTell: true }, note);
    written.splice(0);
    let answered = 0;
    dialogue.probe(() => {
      answered += 1;
      return true;
    });
    hear('\r\n+CSQ: 20,99\r\n\r\nOK\r\n');
    clock.advance(150);
    hear(ok);
    clock.advance(150);
    expect(answered).toBe(0);
    clock.advance(200);
    expect(answered).toBe(1);
    expect(written).toEqual(['\u001bATE0V1Q0\r', 'AT+COPS?\r']);
    hear('\r\n+COPS: 0\r\n\r\nOK\r\n');
    expect(outcomes.at(-1)).toMatchObject({ is: 'ok', lines: [{ prefix: '+COPS' }] });
  });

  test('is not sure of an OK without the line that it asked for', () => {
    const { dialogue, outcomes, clock, hear, note, suspicions } = setUp();
    dialogue.ask('work', { line: 'AT+CSQ', prefix: '+CSQ', mustTell: true }, note);
    clock.advance(100);
    hear(ok);
    clock.advance(0);
    expect([outcomes[0]?.is, suspicions()]).toEqual(['unknown', 1]);
  });

  test('sends the text of a message at the prompt, and leaves a prompt that it does not expect', () => {
    const { dialogue, clock, hear, note, written, outcomes } = setUp();
    hear('\r\n> ');
    expect(written.splice(0)).toEqual(['\u001b']);
    dialogue.ask('work', { line: 'AT+CMGS=3', prefix: '+CMGS', body: '001100' }, note);
    clock.advance(100);
    hear('\r\n> ');
    hear('\r\n+CMGS: 9\r\n\r\nOK\r\n');
    expect(written).toEqual(['AT+CMGS=3\r', '001100\u001a']);
    expect(outcomes).toMatchObject([{ is: 'ok', lines: [{ prefix: '+CMGS', values: ['9'] }] }]);
  });

  test('hands on what is said unasked in the middle of any answer, with the message behind it', () => {
    const { dialogue, clock, hear, note, unasked, outcomes } = setUp();
    dialogue.ask('look', { line: 'AT+CREG?', prefix: '+CREG', mustTell: true }, note);
    clock.advance(100);
    hear(
      '\r\nRING\r\n\r\n+CREG: 1,"1A2B","00C8D9EF",7\r\n\r\n+CREG: 2,1\r\n\r\n+CDS: 25\r\n0006\r\n\r\nNO CARRIER\r\n\r\nOK\r\n',
    );
    expect(unasked).toEqual(['notice', '+CREG', '+CDS 0006', 'result']);
    expect(outcomes).toMatchObject([{ is: 'ok', lines: [{ prefix: '+CREG', values: ['2', '1'] }] }]);
  });

  test('answers nobody after it was stopped, and leaves no timer', () => {
    const { dialogue, clock, note, outcomes } = setUp();
    dialogue.ask('look', { line: 'AT' }, note);
    dialogue.ask('look', { line: 'AT' }, note);
    clock.advance(100);
    dialogue.stop();
    expect(outcomes.map(({ is }) => is)).toEqual(['unknown', 'unsent']);
    expect(clock.waiting()).toBe(0);
  });

  test('names commands without what is behind them', () => {
    expect(['AT+CPIN="1234"', 'ATD+46700000000;', 'AT+CMGS=23', 'AT+CREG?', 'ATA', 'ATE0V1Q0'].map(nameOf)).toEqual([
      'AT+CPIN',
      'ATD',
      'AT+CMGS',
      'AT+CREG',
      'ATA',
      'ATE',
    ]);
  });
});

describe('a modem that says anything at all', () => {
  const unaskedLines = [
    'RING',
    '+CREG: 2',
    '+CMTI: "SM",1',
    '+CLIP: "0701740605",129',
    '+CTZV: +04,1',
    '^XYZ: 1',
    '0011AA',
  ];

  test.for(unaskedLines)('%s in every answer changes nothing of what the hub is told', (line) => {
    const { clock, say, hand, news } = startModemAtWork();
    const { onWrite } = hand;
    hand.onWrite = (bytes) => {
      onWrite(bytes);
      clock.at(clock.monotonicMs() + 5, () => say(line));
      clock.at(clock.monotonicMs() + 10, () => say(line));
    };
    clock.advance(minuteMs);
    expect(news().filter((one) => !one.startsWith('time'))).toEqual(['well', 'ready home 4G data']);
  });

  test('noise and lines at random times lead to no exception and no growth, and back to work', () => {
    const word = fc.constantFrom(
      '\r\n',
      'OK\r\n',
      'ERROR\r\n',
      '> ',
      'RDY\r\n',
      'RING\r\n',
      '+CREG: 1\r\n',
      '+CMT: ,20\r\n',
      '+CPIN: SIM PUK\r\n',
      '+CMGS: 1\r\n',
      '+CDS: 5\r\n00\r\n',
      '+CLCC: 1,1,4,0,0\r\n',
      'NO CARRIER\r\n',
      'ATE0V1Q0\r\n',
    );
    const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes));
    const step = fc.record({ text: fc.oneof(word, noise), afterMs: fc.integer({ min: 0, max: 3_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, send, statuses, news, voice, log } = startModemAtWork();
        for (const { text, afterMs } of steps) {
          send(text);
          clock.advance(afterMs);
        }
        expect(clock.waiting()).toBeLessThan(20);
        expect(log.length).toBeLessThan(40 + 10 * steps.length);
        voice.hangUp();
        clock.advance(5 * minuteMs);
        expect(statuses.at(-1)).toMatchObject({ sim: 'ready', registration: 'home', data: true });
        expect(
          news()
            .filter((one) => one === 'well' || one.startsWith('failing'))
            .at(-1),
        ).toBe('well');
      }),
      { numRuns: 150 },
    );
  });
});
