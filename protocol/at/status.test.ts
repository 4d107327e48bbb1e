import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readResponse } from './response.ts';
import type { Values } from './responseValues.ts';
import {
  type Call,
  callStates,
  formatCall,
  formatCaller,
  formatKey,
  readCall,
  readCaller,
  readKey,
} from './statusCalls.ts';
import { formatClock, readClock } from './statusClock.ts';
import { formatAttached, formatContextAddress, readAttached, readContextAddress } from './statusData.ts';
import { formatStored, readMessageReference, readPduLength, readStored } from './statusMessages.ts';
import {
  formatNetworkInformation,
  formatOperator,
  formatSystemInformation,
  readNetworkInformation,
  readOperator,
  readSystemInformation,
} from './statusOperator.ts';
import {
  formatRegistration,
  readRegistration,
  registrationPrefixes,
  registrationStates,
} from './statusRegistration.ts';
import { formatExtendedSignal, formatSignal, readExtendedSignal, readSignal } from './statusSignal.ts';
import { formatSim, readSim } from './statusSim.ts';

function valuesOf(line: string): Values {
  const response = readResponse(line);
  if (response.type !== 'information') throw new Error(`${line} is no information`);
  return response.values;
}

const valueOf = <Value>(result: { ok: true; value: Value } | { ok: false; problem: unknown }): Value => {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
};

describe('signal strength', () => {
  test.for([
    ['+CSQ: 0,99', -113],
    ['+CSQ: 17,99', -79],
    ['+CSQ: 31,0', -51],
    ['+CSQ: 99,99', undefined],
    // TD-SCDMA, SIM7500/SIM7600 AT commands, AT+CSQ.
    ['+CSQ: 116,99', -100],
  ] as const)('%s is %s dBm', ([line, dbm]) => {
    expect(valueOf(readSignal(valuesOf(line)))).toBe(dbm);
  });

  test('what no modem says is told', () => {
    expect(readSignal(['55', '99'])).toMatchObject({ ok: false, problem: { code: 'unknown-value' } });
    expect(readSignal([''])).toMatchObject({ ok: false });
  });

  test('is told by CSQ and CESQ as it was, in their steps and within their ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: -140, max: -20 }), (dbm) => {
        const told = valueOf(readSignal(valuesOf(formatSignal(dbm)))) ?? 0;
        expect(Math.abs(told - Math.max(-113, Math.min(-51, dbm)))).toBeLessThanOrEqual(1);
        const extended = valueOf(
          readExtendedSignal(valuesOf(formatExtendedSignal({ rxlevDbm: dbm, rscpDbm: undefined, rsrpDbm: dbm }))),
        );
        expect(extended).toEqual({
          rxlevDbm: Math.max(-111, Math.min(-48, dbm)),
          rscpDbm: undefined,
          rsrpDbm: Math.max(-141, Math.min(-44, dbm)),
        });
      }),
    );
    expect(formatSignal(undefined)).toBe('+CSQ: 99,99');
  });
});

describe('registration', () => {
  test.for([
    // 3GPP TS 27.007 7.2 with n=0, 1 and 2; the last three as SIM7600 and EC25 say them.
    ['+CREG: 0,1', { form: 'answer', state: 'home' }],
    ['+CREG: 5', { form: 'unasked', state: 'roaming' }],
    ['+CREG: 2,1,"1A2B","00C8D9EF",7', { form: 'answer', state: 'home', area: '1A2B', cell: '00C8D9EF', access: '4G' }],
    ['+CREG: 2,1,"1A2B","00C8D9EF"', { form: 'answer', state: 'home', area: '1A2B', cell: '00C8D9EF' }],
    ['+CREG: 1,"1A2B","00C8D9EF",0', { form: 'unasked', state: 'home', area: '1A2B', cell: '00C8D9EF', access: '2G' }],
    ['+CREG: 1,1A2B,C8D9EF,2', { form: 'unasked', state: 'home', area: '1A2B', cell: 'C8D9EF', access: '3G' }],
    ['+CREG: 2,2', { form: 'answer', state: 'searching' }],
    ['+CREG: 0,11', undefined],
    ['+CREG: x', undefined],
  ] as const)('%s', ([line, registration]) => {
    const read = readRegistration('+CREG', valuesOf(line));
    expect(read.ok ? read.value : undefined).toEqual(registration);
  });

  test('both forms are read as they were said', () => {
    for (const prefix of registrationPrefixes) {
      for (const state of registrationStates) {
        const registration = { state, access: '4G', area: '00AF', cell: '0012D687' } as const;
        const answer = valueOf(readRegistration(prefix, valuesOf(formatRegistration(prefix, registration, 2))));
        expect(answer).toEqual({ ...registration, form: 'answer' });
        const unasked = valueOf(readRegistration(prefix, valuesOf(formatRegistration(prefix, registration))));
        expect(unasked).toEqual({ ...registration, form: 'unasked' });
        expect(valueOf(readRegistration(prefix, valuesOf(formatRegistration(prefix, { state }, 0))))).toEqual({
          state,
          form: 'answer',
        });
      }
    }
  });
});

describe('operator and cell', () => {
  test('COPS tells the name and the access, or that there is none', () => {
    expect(readOperator(valuesOf('+COPS: 0,0,"Testnet, of course",7'))).toEqual({
      ok: true,
      value: { name: 'Testnet, of course', access: '4G' },
    });
    expect(valueOf(readOperator(valuesOf('+COPS: 0')))).toEqual({});
    expect(readOperator(['x'])).toMatchObject({ ok: false });
    for (const operator of [{}, { name: 'Testnet' }, { name: 'Testnet', access: '3G' }] as const)
      expect(valueOf(readOperator(valuesOf(formatOperator(operator))))).toEqual(operator);
  });

  test.for([
    // The examples of the makers' manuals: SIM7500/SIM7600 AT commands, AT+CPSI; EC2x AT commands, AT+QNWINFO.
    ['+CPSI: LTE,Online,460-00,0x230A,175499523,318,EUTRAN-BAND40,38950,5,0,21,67,255,19', '4G'],
    ['+CPSI: GSM,Online,460-00,0x182d,12401,27 EGSM 900,-64,2110,42-42', '2G'],
    ['+CPSI: WCDMA,Online,460-01,0xA809,11122855,WCDMA IMT 2000,279,10663,0,1.5,62,33,52,500', '3G'],
    ['+CPSI: NO SERVICE,Online', 'none'],
    ['+QNWINFO: "FDD LTE","46011","LTE BAND 3",1650', '4G'],
    ['+QNWINFO: "HSPA+","46001","WCDMA 2100",10713', '3G'],
    ['+QNWINFO: No Service', 'none'],
  ] as const)('%s is %s', ([line, access]) => {
    const read = line.startsWith('+CPSI') ? readSystemInformation : readNetworkInformation;
    expect(valueOf(read(valuesOf(line))).access).toBe(access);
  });

  test('both are read as they were said, and another system is told', () => {
    for (const access of ['none', '2G', '3G', '4G'] as const) {
      const network = access === 'none' ? {} : { network: '240-99' };
      expect(valueOf(readSystemInformation(valuesOf(formatSystemInformation({ access, ...network }))))).toEqual({
        access,
        ...network,
      });
      const digits = access === 'none' ? {} : { network: '24099' };
      expect(valueOf(readNetworkInformation(valuesOf(formatNetworkInformation({ access, ...digits }))))).toEqual({
        access,
        ...digits,
      });
    }
    expect(readSystemInformation(['SMOKE SIGNALS'])).toMatchObject({ ok: false });
    expect(readNetworkInformation([''])).toMatchObject({ ok: false });
  });
});

describe('SIM', () => {
  test.for([
    ['READY', 'ready'],
    ['SIM PIN2', 'ready'],
    ['SIM PIN', 'pin'],
    ['SIM PUK', 'puk'],
    ['PH-NET PIN', 'locked'],
    ['NOT READY', 'busy'],
    ['NOT INSERTED', 'absent'],
    ['', 'busy'],
  ] as const)('+CPIN: %s is %s', ([code, state]) => {
    expect(readSim(valuesOf(`+CPIN: ${code}`))).toBe(state);
  });

  test('is read as it was said', () => {
    for (const state of ['ready', 'pin', 'puk', 'locked', 'absent', 'busy'] as const)
      expect(readSim(valuesOf(formatSim(state)))).toBe(state);
  });
});

describe('calls', () => {
  test('CLCC tells each call as it was said', () => {
    const call = fc.record(
      {
        index: fc.integer({ min: 1, max: 7 }),
        by: fc.constantFrom('hub' as const, 'other' as const),
        state: fc.constantFrom(...callStates),
        isVoice: fc.boolean(),
        number: fc.constantFrom('+46701740605', '112'),
      },
      { requiredKeys: ['index', 'by', 'state', 'isVoice'] },
    );
    fc.assert(
      fc.property(call, (call) => {
        expect(valueOf(readCall(valuesOf(formatCall(call as Call))))).toEqual(call);
      }),
    );
    expect(readCall(valuesOf('+CLCC: 1,0,9,0,0'))).toMatchObject({ ok: false });
    expect(readCall(valuesOf('+CLCC: 1,0'))).toMatchObject({ ok: false, problem: { code: 'too-few-values' } });
  });

  test('CLIP tells who calls, or that he withholds his number', () => {
    expect(formatCaller('+46701740605')).toBe('+CLIP: "+46701740605",145,,,,0');
    for (const number of ['+46701740605', '0701740605', undefined])
      expect(readCaller(valuesOf(formatCaller(number)))).toBe(number);
  });

  test('keys are read as both makers tell them', () => {
    expect(readKey('+RXDTMF', valuesOf('+RXDTMF: 1'))).toBe('1');
    expect(readKey('+QTONEDET', valuesOf('+QTONEDET: 49'))).toBe('1');
    for (const line of ['+RXDTMF', '+QTONEDET'] as const) {
      for (const key of '0123456789*#ABCD') expect(readKey(line, valuesOf(formatKey(line, key)))).toBe(key);
      for (const none of ['', 'x', '-1', '12345', '200']) expect(readKey(line, [none])).toBeUndefined();
    }
  });
});

describe('clock', () => {
  test('is read with its zone', () => {
    // The example of 3GPP TS 27.007 8.15: 6 May 1994, 22:10:00 GMT+2 hours. There "94/05/06" is of the last century.
    expect(valueOf(readClock(valuesOf('+CCLK: "94/05/06,22:10:00+08"')))).toBe(Date.UTC(1994, 4, 6, 20, 10));
    expect(valueOf(readClock(valuesOf('+CCLK: 26/05/06,22:10:00-20')))).toBe(Date.UTC(2026, 4, 7, 3, 10));
    expect(valueOf(readClock(valuesOf('+CCLK: "26/05/06,22:10:00"')))).toBe(Date.UTC(2026, 4, 6, 22, 10));
  });

  test.for(['', '26/13/01,00:00:00+00', '26/02/30,00:00:00+00', '26/01/01,24:00:00+00', '26-01-01'])(
    'what is no time is told: %j',
    (text) => {
      expect(readClock([`"${text}"`])).toMatchObject({ ok: false, problem: { code: 'unknown-value' } });
    },
  );

  test('is read as it was said, to the second, in any zone', () => {
    const seconds = fc.integer({ min: Date.UTC(2000, 0, 2) / 1_000, max: Date.UTC(2069, 11, 30) / 1_000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -48, max: 56 }), (second, zone) => {
        expect(valueOf(readClock(valuesOf(formatClock(second * 1_000, zone))))).toBe(second * 1_000);
      }),
    );
  });
});

describe('data', () => {
  test('attached or not', () => {
    for (const is of [true, false]) expect(valueOf(readAttached(valuesOf(formatAttached(is))))).toBe(is);
    expect(readAttached(['2'])).toMatchObject({ ok: false });
  });

  test.for([
    ['+CGPADDR: 1,"10.23.45.67"', '10.23.45.67'],
    ['+CGPADDR: 1,10.23.45.67', '10.23.45.67'],
    ['+CGPADDR: 1,"0.0.0.0"', undefined],
    ['+CGPADDR: 1', undefined],
    ['+CGPADDR: 1,"","32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"', '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1'],
    ['+CGPADDR: 2,"0.0.0.0","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"', undefined],
  ] as const)('%s has the address %s', ([line, address]) => {
    expect(valueOf(readContextAddress(valuesOf(line))).address).toBe(address);
  });

  test('an address is read as it was said', () => {
    for (const context of [{ context: 1 }, { context: 3, address: '10.0.0.1' }])
      expect(valueOf(readContextAddress(valuesOf(formatContextAddress(context))))).toEqual(context);
  });
});

describe('messages', () => {
  test('where one is stored, how long its PDU is, and by which reference it was sent', () => {
    expect(valueOf(readStored('+CMTI', valuesOf('+CMTI: "SM",3')))).toEqual({ storage: 'SM', index: 3 });
    expect(formatStored('+CDSI', { storage: 'SR', index: 0 })).toBe('+CDSI: "SR",0');
    expect(valueOf(readPduLength('+CMT', valuesOf('+CMT: ,24')))).toBe(24);
    expect(valueOf(readPduLength('+CMGR', valuesOf('+CMGR: 1,,24')))).toBe(24);
    expect(valueOf(readMessageReference(valuesOf('+CMGS: 255')))).toBe(255);
    expect(readStored('+CMTI', ['"SM"'])).toMatchObject({ ok: false });
  });
});

test('no value that a modem could say leads to an exception', () => {
  const readers = [
    readSignal,
    readExtendedSignal,
    readOperator,
    readSystemInformation,
    readNetworkInformation,
    readSim,
    readCall,
    readCaller,
    readClock,
    readAttached,
    readContextAddress,
    readMessageReference,
    (values: Values) => readRegistration('+CREG', values),
    (values: Values) => readStored('+CMTI', values),
    (values: Values) => readKey('+QTONEDET', values),
    (values: Values) => readPduLength('+CMT', values),
  ];
  const value = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.string().map((text) => `"${text}"`),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), (values) => {
      expect(() => readers.map((read) => read(values))).not.toThrow();
    }),
  );
});
