import { array, assert, constantFrom, double, integer, nat, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Result } from '#protocol/core/result.ts';
import { createFramer } from './framer.ts';
import { formatGga, readGga } from './gga.ts';
import type { Problem } from './problem.ts';
import { formatRmc, readRmc, satelliteWallMs } from './rmc.ts';
import { formatGsa, formatGsv, readGsa, readGsv } from './satellites.ts';
import { encodeSentence, formatSentence, readSentence, type Sentence } from './sentence.ts';

/** The sentence, as the framer finds it: its checksum is looked at. */
function heard(text: string): Sentence {
  const [item] = createFramer().push(encodeSentence(text));
  if (item?.kind !== 'sentence') throw new Error(`${text} is no sentence`);
  return item.sentence;
}

function valueOf<Value>(read: Result<Value, Problem>): Value {
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

const codeOf = (read: Result<unknown, Problem>): string => (read.ok ? 'ok' : read.problem.code);

/** A time of day in milliseconds. */
const at = (hours: number, minutes: number, seconds: number): number => ((hours * 60 + minutes) * 60 + seconds) * 1_000;

/**
 * As recorded by others. EG25-G: the modem's port of positions, log quectel-eg25-g of the gpsd project's tests, before
 * and after its first fix. LEA-4H: log uBlox-lea-4h of the same. RHB: the receiver of the ship Ronald H. Brown, campaign
 * ATOMIC, raw files of NOAA's Physical Sciences Laboratory. PolaRx2: log polarx2 of the gpsd project's tests.
 */
const golden = {
  eg25NoFixGga: '$GPGGA,,,,,,0,,,,,,,,*66',
  eg25NoFixRmc: '$GPRMC,,V,,,,,,,,,,N*53',
  eg25NoFixGsa: '$GPGSA,A,1,,,,,,,,,,,,,,,,*32',
  eg25Gga: '$GPGGA,191503.01,3645.876324,N,03124.670280,E,1,03,1.3,-6.7,M,32.0,M,,*49',
  eg25Rmc: '$GPRMC,191503.01,A,3645.876324,N,03124.670280,E,1.3,300.5,110922,3.6,E,A,V*4E',
  eg25Gsa: '$GNGSA,A,3,78,69,88,87,68,,,,,,,,2.9,1.3,2.6,2*3E',
  eg25Gsv: '$GPGSV,3,3,10,20,,,,24,12,293,,1*5A',
  leaNoFixGga: '$GPGGA,030807.00,,,,,0,00,99.99,,,,,,*6A',
  leaNoFixRmc: '$GPRMC,030807.00,V,,,,,,,100806,,,N*7E',
  leaGsv: '$GPGSV,1,1,01,02,,,34*7D',
  rhbGga: '$GPGGA,060000.00,1353.25162451,N,05445.30213512,W,2,06,1.2,2.9,M,-40.8,M,5.0,0138*76',
  rhbRmc: '$GPRMC,060000.00,A,1353.25162451,N,05445.30213512,W,10.17,70.52,080220,16.8,W,D*05',
  rhbGsa: '$GPGSA,M,3,05,06,09,13,17,19,,,,,,,2.5,1.2,2.3*3D',
  rhbGsv: '$GPGSV,3,1,12,02,36,345,,05,43,285,41,06,40,034,45,07,07,099,39*7B',
  polarxGga: '$GPGGA,112257.00,3844.24011,N,00908.43828,W,1,03,10.5,,,,,,*72',
};

describe('what real receivers sent is read', () => {
  test('a fix, with what it is worth', () => {
    expect(valueOf(readGga(heard(golden.eg25Gga)))).toEqual({
      timeOfDayMs: at(19, 15, 3) + 10,
      latitude: 36 + 45.876324 / 60,
      longitude: 31 + 24.67028 / 60,
      quality: 1,
      satellites: 3,
      hdop: 1.3,
      altitudeM: -6.7,
      geoidSeparationM: 32,
    });
  });

  test('a fix of more decimals than fit into 82 characters, west of Greenwich', () => {
    expect(golden.rhbGga.length + 2).toBeGreaterThan(82);
    expect(valueOf(readGga(heard(golden.rhbGga)))).toMatchObject({
      latitude: 13 + 53.25162451 / 60,
      longitude: -(54 + 45.30213512 / 60),
      quality: 2,
    });
  });

  test('a fix without height', () => {
    const { altitudeM, ...flat } = valueOf(readGga(heard(golden.polarxGga)));
    expect({ altitudeM, hdop: flat.hdop, quality: flat.quality }).toEqual({
      altitudeM: undefined,
      hdop: 10.5,
      quality: 1,
    });
  });

  test('that there is no fix, whether the receiver then leaves everything out or knows the time', () => {
    expect(valueOf(readGga(heard(golden.eg25NoFixGga)))).toEqual({ quality: 0 });
    expect(valueOf(readGga(heard(golden.leaNoFixGga)))).toEqual({
      quality: 0,
      timeOfDayMs: at(3, 8, 7),
      satellites: 0,
      hdop: 99.99,
    });
    expect(valueOf(readRmc(heard(golden.eg25NoFixRmc)))).toEqual({ valid: false, mode: 'N' });
    expect(valueOf(readGsa(heard(golden.eg25NoFixGsa)))).toEqual({ fix: 1, satellites: [] });
  });

  test('time, date and movement', () => {
    expect(valueOf(readRmc(heard(golden.rhbRmc)))).toMatchObject({
      valid: true,
      date: { day: 8, month: 2, year: 20 },
      speedKnots: 10.17,
      courseDegrees: 70.52,
      mode: 'D',
    });
    const wallMs = satelliteWallMs(valueOf(readRmc(heard(golden.eg25Rmc))));
    expect(new Date(wallMs ?? 0).toISOString()).toBe('2022-09-11T19:15:03.010Z');
  });

  test('no time from a receiver that has one but no fix: it is its own clock’s', () => {
    expect(satelliteWallMs(valueOf(readRmc(heard(golden.leaNoFixRmc))))).toBeUndefined();
  });

  test('satellites in use and in view, with and without the fields of newer editions', () => {
    expect(valueOf(readGsa(heard(golden.eg25Gsa)))).toEqual({
      fix: 3,
      satellites: [78, 69, 88, 87, 68],
      pdop: 2.9,
      hdop: 1.3,
      vdop: 2.6,
    });
    expect(valueOf(readGsa(heard(golden.rhbGsa))).satellites).toEqual([5, 6, 9, 13, 17, 19]);
    expect(valueOf(readGsv(heard(golden.leaGsv)))).toEqual({
      messages: 1,
      message: 1,
      inView: 1,
      satellites: [{ id: 2, signalDbHz: 34 }],
    });
    expect(valueOf(readGsv(heard(golden.eg25Gsv))).satellites).toEqual([
      { id: 20 },
      { id: 24, elevationDegrees: 12, azimuthDegrees: 293 },
    ]);
    expect(valueOf(readGsv(heard(golden.rhbGsv))).satellites).toHaveLength(4);
  });
});

describe('what is no time of satellites', () => {
  const rmc = { valid: true, timeOfDayMs: 0, date: { year: 26, month: 1, day: 1 } } as const;

  test.each(['E', 'M', 'N', 'S'] as const)('one of mode %s: estimated, typed in, none, simulated', (mode) => {
    expect(satelliteWallMs({ ...rmc, mode })).toBeUndefined();
  });

  test('one without a date', () => {
    const { date, ...undated } = rmc;
    expect(satelliteWallMs(undated)).toBeUndefined();
    expect(satelliteWallMs({ ...undated, date })).toBe(Date.UTC(2026, 0, 1));
  });
});

describe('a field that is not as it should be makes the whole sentence none', () => {
  const gga = ['123519', '4807.038', 'N', '01131.000', 'E', '1', '08', '0.9', '545.4', 'M', '46.9', 'M', '', ''];

  test.each([
    [0, '243519'],
    [0, '12:35'],
    [1, '9107.038'],
    [1, '4860.000'],
    [1, ''],
    [2, 'E'],
    [3, '18100.000'],
    [4, ''],
    [5, '9'],
    [5, '1e0'],
    [6, '-1'],
    [7, '0x1'],
    [8, 'high'],
  ])('GGA, field %i: %j', (index, field) => {
    expect(codeOf(readGga(readSentence(formatSentence('GPGGA', gga))))).toBe('ok');
    expect(codeOf(readGga(readSentence(formatSentence('GPGGA', gga.with(index, field)))))).toBe('bad-field');
  });

  test.each(['310226', '000126', '011326', '1126'])('RMC, the date %s', (date) => {
    const rmc = ['123519', 'A', '4807.038', 'N', '01131.000', 'E', '022.4', '084.4', date, '', '', 'A'];
    expect(codeOf(readRmc(readSentence(formatSentence('GPRMC', rmc))))).toBe('bad-field');
  });

  test('and it is told which, and never what it held: that is somebody’s address', () => {
    const read = readGga(readSentence(formatSentence('GPGGA', gga.with(1, '9107.038'))));
    expect(read).toMatchObject({
      problem: { message: 'GGA: the latitude is not as it should be; right would be ddmm.mmmm,N or S' },
    });
  });

  test('so do missing fields, and another sentence', () => {
    expect(codeOf(readGga(readSentence(formatSentence('GPGGA', gga.slice(0, 10)))))).toBe('missing-field');
    expect(codeOf(readRmc(readSentence(formatSentence('GPGGA', gga))))).toBe('wrong-type');
    expect(codeOf(readGsa(readSentence(formatSentence('GPGSA', []))))).toBe('missing-field');
    expect(codeOf(readGsv(readSentence(formatSentence('GPGSV', []))))).toBe('missing-field');
  });

  test('whatever the fields hold, reading ends with a value or a problem', () => {
    const field = oneof(string({ maxLength: 12 }), constantFrom('', 'A', 'N', 'E', '1', '4807.038'));
    assert(
      property(constantFrom('GGA', 'RMC', 'GSA', 'GSV'), array(field, { maxLength: 25 }), (type, fields) => {
        const sentence: Sentence = { talker: 'GP', type, fields, text: '' };
        expect([readGga, readRmc, readGsa, readGsv].map((read) => typeof read(sentence).ok)).toEqual(
          Array.from({ length: 4 }, () => 'boolean'),
        );
      }),
    );
  });
});

describe('what is said is heard', () => {
  const decimals = { time: 2, angle: 5, dilution: 2 };
  const degrees = (limit: number) => double({ min: -limit, max: limit, noNaN: true });
  const timeOfDayMs = nat(8_639_999).map((hundredths) => hundredths * 10);

  test('GGA, at any place on earth, to a hundred-thousandth of a minute', () => {
    assert(
      property(degrees(90), degrees(180), timeOfDayMs, nat(99), (latitude, longitude, time, satellites) => {
        const gga = { timeOfDayMs: time, latitude, longitude, quality: 1, satellites, hdop: 1.25, altitudeM: 31.5 };
        const read = valueOf(readGga(heard(formatGga('GN', gga, decimals))));
        expect(read).toMatchObject({ timeOfDayMs: time, quality: 1, satellites, hdop: 1.25, altitudeM: 31.5 });
        expect(Math.abs((read.latitude ?? 999) - latitude)).toBeLessThan(1e-6);
        expect(Math.abs((read.longitude ?? 999) - longitude)).toBeLessThan(1e-6);
      }),
    );
  });

  test('RMC, with the time that it stands for', () => {
    const earliest = Date.UTC(2000, 0, 1) / 10;
    const latest = Date.UTC(2099, 11, 31) / 10;
    assert(
      property(integer({ min: earliest, max: latest }), (hundredths) => {
        const wallMs = hundredths * 10;
        const day = new Date(wallMs);
        const date = { year: day.getUTCFullYear() - 2000, month: day.getUTCMonth() + 1, day: day.getUTCDate() };
        const rmc = { valid: true, timeOfDayMs: wallMs % 86_400_000, date, mode: 'A' } as const;
        expect(satelliteWallMs(valueOf(readRmc(heard(formatRmc('GN', rmc, decimals)))))).toBe(wallMs);
      }),
    );
  });

  test('GSA and GSV', () => {
    const gsa = { fix: 3, satellites: [1, 2, 30], pdop: 1.5, hdop: 1.1, vdop: 1 } as const;
    expect(valueOf(readGsa(heard(formatGsa('GP', gsa, 2))))).toEqual(gsa);
    const satellites = [{ id: 5, elevationDegrees: 40, azimuthDegrees: 7, signalDbHz: 33 }, { id: 31 }];
    const gsv = { messages: 1, message: 1, inView: 2, satellites };
    expect(valueOf(readGsv(heard(formatGsv('GP', gsv))))).toEqual(gsv);
  });

  test('just below a whole minute of an angle there are never sixty seconds of anything', () => {
    const gga = { latitude: 55.999_999_99, longitude: -12.999_999_99, quality: 1 };
    expect(formatGga('GP', gga, { ...decimals, angle: 4 })).toContain('5600.0000,N,01300.0000,W');
  });
});
