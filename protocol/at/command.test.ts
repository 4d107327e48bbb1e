import {
  type Arbitrary,
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { characterSets, decodeCharacters, encodeCharacters } from './characterSet.ts';
import { type Command, commandsLimit, formatCommandLine, readCommandLine } from './command.ts';

function read(line: string): unknown {
  const commands = readCommandLine(line);
  return commands.ok ? commands.value : commands.problem.code;
}

const basic = (name: string, number = 0) => ({ kind: 'basic', name, number });
const extended = (name: string, form: string, ...parameters: string[]) => ({
  kind: 'extended',
  name,
  form,
  parameters,
});

describe('a command line', () => {
  test.each<[string, unknown]>([
    ['AT', []],
    ['ATE0V1Q0', [basic('E'), basic('V', 1), basic('Q')]],
    ['at&f', [basic('&F')]],
    ['ATZ;', 'bad-command'],
    ['AT S0 = 1', [{ kind: 'register', register: 0, value: 1 }]],
    ['ATS3?', [{ kind: 'register', register: 3 }]],
    ['ATS3', 'bad-command'],
    ['ATD+46701740605;', [{ kind: 'dial', to: '+46701740605', isVoice: true }]],
    ['ATD112', [{ kind: 'dial', to: '112', isVoice: false }]],
    ['ATD112;H', [{ kind: 'dial', to: '112', isVoice: true }, basic('H')]],
    ['AT+CGMI', [extended('+CGMI', 'do')]],
    ['at+creg?', [extended('+CREG', 'ask')]],
    ['AT+CREG=?', [extended('+CREG', 'test')]],
    ['AT+CREG=2;+CGREG=2', [extended('+CREG', 'set', '2'), extended('+CGREG', 'set', '2')]],
    ['ATE0+CMEE=1', [basic('E'), extended('+CMEE', 'set', '1')]],
    ['AT+CMGS="+46701740605",145', [extended('+CMGS', 'set', '"+46701740605"', '145')]],
    // A semicolon, a comma and a space within quotation marks are text.
    ['AT+CSCA = "a; b,c" , 1', [extended('+CSCA', 'set', '"a; b,c"', '1')]],
    ['AT+CUSD=1,"*100#",15;+CSQ', [extended('+CUSD', 'set', '1', '"*100#"', '15'), extended('+CSQ', 'do')]],
    ['AT+CNMI=2,,0', [extended('+CNMI', 'set', '2', '', '0')]],
    ['AT+CREG!', [extended('+CREG!', 'do')]],
    ['AT+', 'bad-command'],
    ['AT1', 'bad-command'],
    ['AT+CREG?2', 'bad-command'],
    ['+CREG?', 'no-prefix'],
  ])('is read as V.250 has it: %s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test(`has ${commandsLimit} commands at most`, () => {
    expect(read(`AT${'H0'.repeat(commandsLimit)}`)).toHaveLength(commandsLimit);
    expect(read(`AT${'H0'.repeat(commandsLimit + 1)}`)).toBe('too-many');
  });

  const values = oneof(
    integer({ min: 0, max: 99 }).map(String),
    string({ unit: constantFrom('a', ';', ',', ' ', '+', '1'), maxLength: 9 }).map((text) => `"${text}"`),
  );
  const commands = oneof(
    tuple(constantFrom('E', 'H', '&F', 'Z'), integer({ min: 0, max: 9 })).map(([name, number]) => basic(name, number)),
    record({ kind: constantFrom('register'), register: integer({ min: 0, max: 99 }) }),
    record({ kind: constantFrom('dial'), to: constantFrom('112', '+46#'), isVoice: constantFrom(true) }),
    tuple(constantFrom('+CREG', '^SYSINFO', '+A.B'), constantFrom('do', 'ask', 'test')).map(([name, form]) =>
      extended(name, form),
    ),
    tuple(constantFrom('+CMGS'), array(values, { minLength: 1, maxLength: 8 })).map(([name, all]) =>
      extended(name, 'set', ...all),
    ),
  ) as unknown as Arbitrary<Command>;

  test('is read as it was written, whatever is in it', () => {
    assert(
      property(array(commands, { maxLength: 9 }), (all) => {
        expect(read(formatCommandLine(all))).toEqual(all);
      }),
    );
  });

  test('of any nonsense is read or refused, never thrown', () => {
    assert(property(string(), (text) => void read(`AT${text}`)));
    assert(property(string({ unit: constantFrom(...Array.from('AT+=?;",D& S1')) }), (text) => void read(`AT${text}`)));
  });
});

describe('a text in the alphabet of the line', () => {
  test('is read as it was written, in each alphabet that has its characters', () => {
    for (const set of characterSets)
      expect(decodeCharacters(set, encodeCharacters(set, 'Alarm 7: kom!'))).toBe('Alarm 7: kom!');
    expect(encodeCharacters('UCS2', 'Hå')).toBe('004800E5');
    expect(encodeCharacters('GSM', '@å€')).toBe('\u0000\u000f\u001b\u0065');
    assert(property(string(), (text) => decodeCharacters('UCS2', encodeCharacters('UCS2', text)) === text));
  });

  test('has a question mark where a character is missing', () => {
    expect([encodeCharacters('IRA', 'Hå'), encodeCharacters('GSM', '中')]).toEqual(['H?', '?']);
  });

  test('is none when it is no hex', () => {
    expect([decodeCharacters('UCS2', '00'), decodeCharacters('UCS2', 'kom!')]).toEqual([undefined, undefined]);
  });
});
