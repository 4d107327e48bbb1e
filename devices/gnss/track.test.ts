import { describe, expect, test } from 'vitest';
import { distanceM } from '#protocol/core/distance.ts';
import { createDrive, readGpx, trackLengthLimit, trackPointsLimit } from './track.ts';

const gpx = (inside: string): string => `<?xml version="1.0"?>\n<gpx version="1.1">${inside}</gpx>`;
const segment = (inside: string): string => gpx(`<trk><trkseg>${inside}</trkseg></trk>`);

describe('a GPX file', () => {
  test('is read point by point, whatever stands between, and in whichever order the attributes come', () => {
    const text = segment(
      `<trkpt lat="56.0465" lon="12.6945"><ele>31</ele></trkpt><!-- <trkpt lat="1" lon="1"/> -->
       <trkpt lon='12.70' lat = '56.05' /><name><![CDATA[<trkpt lat="2" lon="2"/>]]></name>`,
    );
    expect(readGpx(text)).toEqual({
      ok: true,
      value: [
        { latitude: 56.0465, longitude: 12.6945 },
        { latitude: 56.05, longitude: 12.7 },
      ],
    });
  });

  test('with a route instead of a track is driven too', () => {
    expect(readGpx(gpx('<rte><rtept lat="-1" lon="-2"></rtept></rte>'))).toEqual({
      ok: true,
      value: [{ latitude: -1, longitude: -2 }],
    });
  });

  test.each([
    ['nothing', '', 'this is no GPX file: it has no <gpx> element'],
    ['a page', '<html lang="sv"></html>', 'this is no GPX file: it has no <gpx> element'],
    ['no point', gpx(''), 'there is no point in it: neither <trkpt> nor <rtept>'],
    [
      'a point beyond the pole',
      segment('<trkpt lat="90.1" lon="0"/>'),
      'point 1 has no lat from -90 to 90 and lon from -180 to 180',
    ],
    [
      'a point without longitude',
      segment('<trkpt lat="1" lon="1"/><trkpt lat="1"/>'),
      'point 2 has no lat from -90 to 90 and lon from -180 to 180',
    ],
    [
      'a number that is none',
      segment('<trkpt lat="1e1" lon="1"/>'),
      'point 1 has no lat from -90 to 90 and lon from -180 to 180',
    ],
    ['too much', gpx(' '.repeat(trackLengthLimit)), `a GPX file has at most ${trackLengthLimit} characters`],
  ])('with %s in it is refused, and it is told why', (_, text, problem) => {
    expect(readGpx(text)).toEqual({ ok: false, problem });
  });

  test(`may have ${trackPointsLimit} points, and not one more`, () => {
    const points = (count: number): string => segment('<trkpt lat="1" lon="1"/>'.repeat(count));
    expect(readGpx(points(trackPointsLimit)).ok).toBe(true);
    expect(readGpx(points(trackPointsLimit + 1))).toMatchObject({ problem: expect.stringContaining('at most') });
  });
});

describe('a drive', () => {
  const corner = { latitude: 56.001, longitude: 12 };
  const points = [{ latitude: 56, longitude: 12 }, corner, { latitude: 56.001, longitude: 12.002 }];

  test('goes along the points, as far as it is told, around corners too', () => {
    const drive = createDrive(points);
    const first = drive.advance(50);
    expect(distanceM({ latitude: 56, longitude: 12 }, first)).toBeCloseTo(50, 1);
    expect(first.courseDegrees).toBeCloseTo(0);
    const second = drive.advance(100);
    expect(distanceM(corner, second)).toBeCloseTo(150 - 111.19, 0);
    expect(second.courseDegrees).toBeCloseTo(90);
  });

  test('stays at its end, without a course', () => {
    const drive = createDrive(points);
    expect(drive.advance(1_000_000)).toEqual({ latitude: 56.001, longitude: 12.002 });
    expect(drive.advance(1)).toEqual({ latitude: 56.001, longitude: 12.002 });
  });

  test('ends although all its points are the same', () => {
    expect(createDrive([corner, corner, corner]).advance(0)).toEqual(corner);
  });
});
