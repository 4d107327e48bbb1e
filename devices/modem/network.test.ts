import { describe, expect, test } from 'vitest';
import { readRegistration } from '#protocol/at/statusRegistration.ts';
import { splitValues } from '#protocol/at/responseValues.ts';
import { startFakeModem } from '#test/fakeModem.ts';
import { searchMs } from './network.ts';
import { pinTriesLimit, pukTriesLimit } from './sim.ts';

describe('the network around a fake modem', () => {
  test.each([
    ['none', 'none'],
    ['searching', 'searching'],
    ['denied', 'denied'],
    ['home', 'home'],
    ['roaming', 'roaming'],
  ])('%s is told in all three domains', (word, state) => {
    const { say, ask } = startFakeModem();
    say(`network ${word}`);
    for (const prefix of ['+CREG', '+CGREG', '+CEREG'] as const) {
      const [line = ''] = ask(`AT${prefix}=2;${prefix}?`);
      expect(readRegistration(prefix, splitValues(line.slice(prefix.length + 2)))).toMatchObject({ value: { state } });
    }
  });

  test('tells changes unasked as it was asked to: not, in short, or with cell and access', () => {
    const { say, ask } = startFakeModem();
    expect(say('network roaming')).toEqual([]);
    ask('AT+CREG=1');
    expect(say('network home')).toEqual(['+CREG: 1']);
    ask('AT+CREG=2;+CEREG=2');
    expect(say('access 3G')).toEqual(['+CREG: 1,"1A2B","00C8D9EF",2', '+CEREG: 0']);
    expect(say('access 3G')).toEqual([]);
  });

  test.each([
    ['sim7600e-h', 'AT+CPSI?', '4G', '+CPSI: LTE,Online,999-01'],
    ['sim7600e-h', 'AT+CPSI?', '2G', '+CPSI: GSM,Online,999-01'],
    ['sim7600e-h', 'AT+CPSI?', 'none', '+CPSI: NO SERVICE'],
    ['ec25', 'AT+QNWINFO', '4G', '+QNWINFO: "FDD LTE","99901"'],
    ['ec25', 'AT+QNWINFO', 'none', '+QNWINFO: No Service'],
    ['ec25', 'AT+QCSQ', '3G', '+QCSQ: "WCDMA",-79'],
    ['ec25', 'AT+CPSI?', '4G', 'ERROR'],
  ] as const)('%s tells its cell by its own command: %s in %s', (name, command, access, expected) => {
    const { say, ask } = startFakeModem(name);
    say(`access ${access}`);
    expect(ask(command)[0]).toContain(expected);
  });

  test('is as strong as it is told, in the units of each command', () => {
    const { say, ask } = startFakeModem();
    say('signal -95');
    expect(ask('AT+CSQ;+CESQ')).toEqual(['+CSQ: 9,99', '+CESQ: 99,99,255,255,255,26', 'OK']);
    say('network none');
    expect(ask('AT+CSQ')).toEqual(['+CSQ: 99,99', 'OK']);
  });

  test('has an operator by its name, in short, or by its code', () => {
    const { say, ask } = startFakeModem();
    expect(ask('AT+COPS?')).toEqual(['+COPS: 0,0,"Testnet",7', 'OK']);
    expect(ask('AT+COPS=3,2;+COPS?')).toEqual(['+COPS: 0,2,"99901",7', 'OK']);
    say('network denied');
    expect(ask('AT+COPS?')).toEqual(['+COPS: 0', 'OK']);
    expect(ask('AT+COPS=1,2,"99901"')).toEqual(['+CME ERROR: 30']);
  });

  test('is left and looked for again', () => {
    const { ask, heard, clock } = startFakeModem();
    ask('AT+CREG=1');
    expect(ask('AT+COPS=2')).toEqual(['OK', '+CREG: 0']);
    expect(ask('AT+COPS=0')).toEqual(['OK', '+CREG: 2']);
    clock.advance(searchMs);
    expect(heard()).toEqual(['+CREG: 1']);
  });

  test('gives no address when data is off, the modem is detached, or its context is not active', () => {
    const { say, ask } = startFakeModem();
    const address = '+CGPADDR: 1,"10.64.12.7"';
    expect(ask('AT+CGPADDR')).toEqual([address, 'OK']);
    say('data off');
    expect(ask('AT+CGATT?;+CGPADDR')).toEqual(['+CGATT: 1', '+CGPADDR: 1', 'OK']);
    say('data on');
    ask('AT+CGACT=0,1');
    expect(ask('AT+CGACT?;+CGPADDR')).toEqual(['+CGACT: 1,0', '+CGPADDR: 1', 'OK']);
    ask('AT+CGACT=1,1');
    ask('AT+CGATT=0');
    expect(ask('AT+CGATT?;+CGPADDR;+CEREG?;+CREG?')).toEqual([
      '+CGATT: 0',
      '+CGPADDR: 1',
      '+CEREG: 0,0',
      '+CREG: 0,1',
      'OK',
    ]);
  });

  test('is not there while the radio is off', () => {
    const { ask, heard, clock } = startFakeModem();
    ask('AT+CREG=1');
    expect(ask('AT+CFUN=4')).toEqual(['OK', '+CREG: 0']);
    expect(ask('AT+CFUN?;+CSQ;+CPIN?')).toEqual(['+CFUN: 4', '+CSQ: 99,99', '+CPIN: READY', 'OK']);
    expect(ask('AT+CFUN=1', 1_000)).toEqual(['OK', '+CREG: 2']);
    clock.advance(searchMs);
    expect(heard()).toEqual(['+CREG: 1']);
  });
});

describe('the card in a fake modem', () => {
  test('asks for its PIN, takes the right one, and then finds the network', () => {
    const { say, ask, heard, clock } = startFakeModem();
    ask('AT+CREG=1');
    expect(say('sim pin')).toEqual(['+CPIN: SIM PIN', '+CREG: 0']);
    expect(ask('AT+CIMI')).toEqual(['+CME ERROR: 11']);
    expect(ask('AT+CPIN="1234"', 100)).toEqual(['OK', '+CPIN: READY', '+CREG: 2']);
    clock.advance(searchMs);
    expect(heard()).toContain('+CREG: 1');
    expect(ask('AT+CPIN="1234"')).toEqual(['+CME ERROR: 3']);
  });

  test(`is locked by ${pinTriesLimit} wrong PINs, opened by its PUK with a new one, and dead after ${pukTriesLimit} wrong PUKs`, () => {
    const { say, ask } = startFakeModem();
    say('sim pin');
    for (let left = pinTriesLimit; left > 0; left -= 1) {
      expect(ask('AT+CPINR')[0]).toBe(`+CPINR: SIM PIN,${left},${pinTriesLimit}`);
      expect(ask('AT+CPIN="0000"')).toEqual(['+CME ERROR: 16']);
    }
    expect(ask('AT+CPIN?')).toEqual(['+CPIN: SIM PUK', 'OK']);
    expect(ask('AT+CPIN="1234"')).toEqual(['+CME ERROR: 16']);
    expect(ask('AT+CPIN="12345678","4321"')).toContain('OK');
    ask('AT+CFUN=1,1', 20_000);
    expect(ask('ATE0+CPIN="4321"')).toContain('OK');
    say('sim puk');
    for (let tries = 0; tries < pukTriesLimit; tries += 1) ask('AT+CPIN="00000000","4321"');
    expect(ask('AT+CMEE=1;+CPIN?')).toEqual(['+CME ERROR: 13']);
  });

  test('keeps its lock over restarts, and loses it when it is switched off', () => {
    const { say, ask } = startFakeModem();
    say('sim pin');
    ask('AT+CPIN="1234"');
    expect(say('reboot', 20_000)).toContain('+CPIN: SIM PIN');
    ask('ATE0+CPIN="1234"', 5_000);
    expect(ask('AT+CLCK="SC",2')).toEqual(['+CLCK: 1', 'OK']);
    expect(ask('AT+CLCK="SC",0,"1234"')).toEqual(['OK']);
    expect(say('reboot', 20_000)).toContain('+CPIN: READY');
  });

  test.each([
    ['sim7600e-h', '+SIMCARD: NOT AVAILABLE', 'AT+SPIC', '+SPIC: 3,10,0,10'],
    ['ec25', '+CPIN: NOT READY', 'AT+QPINC="SC"', '+QPINC: "SC",3,10'],
  ] as const)('of a %s is told when it is pulled out', (name, gone, command, tries) => {
    const { say, ask } = startFakeModem(name);
    expect(ask(command)).toEqual([tries, 'OK']);
    expect(say('sim absent')).toEqual([gone]);
    expect(ask('AT+CPIN?')).toEqual(['+CME ERROR: 10']);
    expect(ask('AT+CREG?')).toEqual(['+CREG: 0,0', 'OK']);
    expect(say('sim ready')).toContain('+CPIN: READY');
  });
});

describe('the clock of a fake modem', () => {
  test("is the network's once it is registered, and runs from 1980 until then", () => {
    const { say, ask, heard, clock } = startFakeModem();
    say('network none');
    say('reboot', 20_000);
    expect(ask('ATE0+CCLK?')[1]).toMatch(/^\+CCLK: "80\/01\/06,00:00:\d\d\+00"$/u);
    ask('AT+CTZR=1');
    say('network home');
    clock.advance(2_000);
    expect(heard()).toEqual(['+CTZV: "+04"']);
    const wall = new Date(clock.wallMs() + 3_600_000).toISOString().slice(2, 10).replaceAll('-', '/');
    expect(ask('AT+CCLK?')[0]).toContain(wall);
  });

  test('is set by hand', () => {
    const { ask } = startFakeModem();
    expect(ask('AT+CCLK="26/02/03,04:05:06+04"', 100)).toEqual(['OK']);
    expect(ask('AT+CCLK?')[0]).toBe('+CCLK: "26/02/03,04:05:06+04"');
    expect(ask('AT+CCLK="26/13/03,04:05:06+04"')).toEqual(['ERROR']);
  });
});
