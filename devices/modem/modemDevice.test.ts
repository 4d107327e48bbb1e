import { describe, expect, test } from 'vitest';
import { startFakeModem } from '#test/fakeModem.ts';
import { registersLimit } from './basic.ts';
import { modemProfiles } from './profiles.ts';
import { answerAfterMs, inputLimit } from './terminal.ts';

describe('a fake modem talks as V.250 has it', () => {
  test('repeats what it hears until it is told not to, and again when it has started anew', () => {
    const { ask, say, raw, clock, write } = startFakeModem();
    expect(ask('AT')).toEqual(['OK']);
    say('reboot', 20_000);
    write('AT\r');
    clock.advance(100);
    expect(raw()).toBe('AT\r\r\nOK\r\n');
  });

  test('answers a line of commands with one result, and an error ends the line', () => {
    const { ask } = startFakeModem();
    expect(ask('AT+CSQ;+CREG?')).toEqual(['+CSQ: 17,99', '+CREG: 0,1', 'OK']);
    expect(ask('AT+CSQ;+NONSENSE;+CREG?')).toEqual(['+CSQ: 17,99', 'ERROR']);
    expect(ask('ATB')).toEqual(['ERROR']);
    expect(ask('AT+CREG=9')).toEqual(['ERROR']);
  });

  test('says results in numbers, or not at all, when it is told so', () => {
    const { ask, raw, write, clock } = startFakeModem();
    ask('ATV0');
    write('AT+CSQ\rAT+NONSENSE\r');
    clock.advance(100);
    expect(raw()).toBe('+CSQ: 17,99\r\n0\r4\r');
    ask('ATV1Q1');
    expect(ask('AT')).toEqual([]);
    expect(ask('ATQ0')).toEqual(['OK']);
  });

  test('tells errors as bare words, by number or in words', () => {
    const { ask, say } = startFakeModem();
    say('sim absent');
    expect(ask('AT+CMEE=0;+CPIN?')).toEqual(['ERROR']);
    expect(ask('AT+CMEE=1;+CPIN?')).toEqual(['+CME ERROR: 10']);
    expect(ask('AT+CMEE=2;+CPIN?')).toEqual(['+CME ERROR: SIM not inserted']);
  });

  test('does the last line again at A/, and keeps what comes while it is busy', () => {
    const { ask, write, clock, heard } = startFakeModem();
    ask('AT+CSQ');
    write('A/AT+CREG?\rAT+CGATT?\r');
    clock.advance(3 * answerAfterMs + 1);
    expect(heard()).toEqual(['+CSQ: 17,99', 'OK', '+CREG: 0,1', 'OK', '+CGATT: 1', 'OK']);
  });

  test(`keeps ${inputLimit} bytes while it is busy, and tells what is lost`, () => {
    const { write, clock, heard, told } = startFakeModem();
    const many = inputLimit / 4;
    write(`AT+COPS=?\r`);
    clock.advance(100);
    write('ATI\r'.repeat(many + 2));
    clock.advance(60_000);
    expect(heard().filter((line) => line === 'OK')).toHaveLength(many + 1);
    expect(told()).toEqual([{ event: 'discarded', reason: 'overrun', bytes: expect.objectContaining({ length: 8 }) }]);
  });

  test(`has ${registersLimit} registers, that are as at first after ATZ`, () => {
    const { ask } = startFakeModem();
    expect(ask(`ATS${registersLimit - 1}=7S${registersLimit - 1}?`)).toEqual(['007', 'OK']);
    expect(ask(`ATS${registersLimit}?`)).toEqual(['ERROR']);
    expect(ask('ATZE0S99?')).toEqual(['000', 'OK']);
  });

  test('tells every command, without the PIN in it', () => {
    const { say, ask, events } = startFakeModem();
    say('sim pin');
    ask('AT+CPIN="1234";+CREG?');
    expect(events).toEqual([{ event: 'command', asked: 'AT+CPIN=...;+CREG?' }]);
  });
});

describe.each(['sim7600e-h', 'ec25'] as const)('a fake %s', (name) => {
  const profile = modemProfiles[name];

  test('says who it is', () => {
    const { ask } = startFakeModem(name);
    expect(ask('ATI')).toEqual([...profile.information, 'OK']);
    expect(ask('AT+CGMI;+CGMM;+CGMR;+GSN')).toEqual([
      profile.maker,
      profile.model,
      profile.revision,
      profile.imei,
      'OK',
    ]);
    const [cardCommand = ''] = Object.keys(profile.cardNumber);
    expect(ask(`AT${cardCommand}`)).toEqual([expect.stringMatching(/ICCID|QCCID/u), 'OK']);
    expect(ask('AT+CIMI;+CNUM')).toHaveLength(3);
  });

  test('is silent while it starts, then says so, and finds its network when its card is ready', () => {
    const { say, ask, told } = startFakeModem(name);
    expect(say('reboot', profile.bootMs - 1)).toEqual([]);
    expect(ask('AT', 0)).toEqual([]);
    expect(say('signal -79', 10)).toEqual(profile.started);
    expect(told()).toEqual([{ event: 'restarted' }]);
    expect(ask('AT+CMEE=1;+CPIN?', 100)).toContain('+CME ERROR: 14');
    ask('ATE0+CREG=2', 50);
    expect(say('signal -80', 8_000)).toEqual(
      expect.arrayContaining([
        '+CPIN: READY',
        ...profile.ready.map(({ line }) => line),
        '+CREG: 1,"1A2B","00C8D9EF",7',
      ]),
    );
  });

  test.each(['AT+CFUN=1,1', ...Object.keys(profile.endCommands).map((command) => `AT${command}`)])(
    'ends or starts anew at %s, after it has said OK',
    (command) => {
      const { ask, told } = startFakeModem(name);
      const restarts = !['AT+CPOF', 'AT+QPOWD'].includes(command);
      expect(ask(command, 20_000)[0]).toBe('OK');
      expect(told().some(({ event }) => event === 'restarted')).toBe(restarts);
      expect(ask('AT').length > 0).toBe(restarts);
    },
  );

  test('is gone when it is unplugged, and starts when it is put back', () => {
    const { say, ask, reopen } = startFakeModem(name);
    say('unplug');
    say('plug');
    reopen();
    expect(ask('AT')).toEqual([]);
    expect(say('signal -79', profile.bootMs + 5_000)).toContain('+CPIN: READY');
  });
});

describe('a fake modem misbehaves as it is told to', () => {
  test('has a line in the middle of an answer that nobody asked for', () => {
    const { say, ask } = startFakeModem();
    say('fault interrupted-answers');
    expect(ask('AT+CREG?')).toEqual(['+CREG: 0,1', '+CSQ: 99,99', 'OK']);
    ask('AT+CLIP=1');
    expect(say('call +46700000001')).toEqual(['RING', '+CLIP: "+46700000001",145,,,,0']);
    say('fault none');
    expect(ask('AT+CREG?', 100)).toEqual(['+CREG: 0,1', 'OK']);
  });

  test('as any device does: silent, late, doubled, or falling over a command', () => {
    const { say, ask, heard, clock, told } = startFakeModem();
    say('fault silent');
    expect(ask('AT')).toEqual([]);
    say('fault none');
    say('fault late-answers');
    expect(ask('AT')).toEqual([]);
    clock.advance(2_000);
    expect(heard()).toEqual(['OK']);
    say('fault none');
    say('fault duplicate-answers');
    expect(ask('AT')).toEqual(['OK', 'OK']);
    say('fault none');
    say('fault reboot-in-command');
    expect(ask('AT')).toEqual([]);
    clock.advance(20_000);
    expect(told()).toEqual([{ event: 'restarted' }]);
  });

  test('refuses words that it does not know, and says which was meant', () => {
    const { say } = startFakeModem();
    expect(say('netwrok home')).toEqual([expect.stringContaining('did you mean network?')]);
    expect(say('fault interupted-answers')).toEqual([expect.stringContaining('did you mean interrupted-answers?')]);
    expect(say('signal -200')).toEqual([expect.stringContaining('from -113 to -51 dBm')]);
    expect(say('key X')).toEqual([expect.stringContaining('a key is')]);
    expect(say('answer')).toEqual([expect.stringContaining('there is no such call')]);
  });

  test('lists how everything is', () => {
    const { device } = startFakeModem();
    expect(device.obey('list')).toMatchObject({
      value: {
        text: expect.stringMatching(/sim: ready\nnetwork: home, 4G, -79 dBm, data on\nmodem: running, served/u),
      },
    });
  });
});
