import { distanceM, type Place } from '#protocol/core/distance.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';

/** Points that a track may have: ten hours of one a second. */
export const trackPointsLimit = 36_000;
/** Characters of a file of a track. */
export const trackLengthLimit = 20_000_000;

const latitudeLimit = 90;
const longitudeLimit = 180;

/**
 * Reads the points of the tracks, or else of the routes, of a GPX file (1.0 or 1.1), in their order; when somebody was
 * there is left out, for the fake drives at a speed of its own. Of XML it reads what GPX has of it: the attributes of
 * start tags. The problem is for people.
 */
export function readGpx(text: string): Result<Place[], string> {
  if (text.length > trackLengthLimit) return failure(`a GPX file has at most ${trackLengthLimit} characters`);
  const bare = withoutHidden(text);
  if (!/<(?:\w+:)?gpx[\s>]/u.test(bare)) return failure('this is no GPX file: it has no <gpx> element');
  const points = pointsOf(bare, 'trkpt');
  const found = points.length > 0 ? points : pointsOf(bare, 'rtept');
  if (found.length === 0) return failure('there is no point in it: neither <trkpt> nor <rtept>');
  if (found.length > trackPointsLimit)
    return failure(`${found.length} points; at most ${trackPointsLimit} can be driven`);
  const wrong = found.findIndex((place) => place === undefined);
  if (wrong !== -1) return failure(`point ${wrong + 1} has no lat from -90 to 90 and lon from -180 to 180`);
  return success(found.filter((place) => place !== undefined));
}

/** Pairs between which no start tag is one. */
const hiding = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
] as const;

/**
 * Without comments and character data. What has no end hides nothing, and its end is looked for once: a pattern would look
 * for it from each begin, which takes hours in a file of the greatest length.
 */
function withoutHidden(text: string): string {
  const shown: string[] = [];
  let from = 0;
  for (let at = text.indexOf('<!'); at !== -1; at = text.indexOf('<!', at + 1)) {
    const pair = hiding.find(([begin]) => text.startsWith(begin, at));
    if (pair === undefined) continue;
    const end = text.indexOf(pair[1], at + pair[0].length);
    if (end === -1) break;
    shown.push(text.slice(from, at));
    from = end + pair[1].length;
    at = from - 1;
  }
  return [...shown, text.slice(from)].join('');
}

function pointsOf(text: string, element: string): (Place | undefined)[] {
  return Array.from(text.matchAll(new RegExp(`<(?:\\w+:)?${element}\\s([^<>]*)>`, 'gu')), ([, attributes = '']) => {
    const [latitude, longitude] = [attribute(attributes, 'lat'), attribute(attributes, 'lon')];
    if (latitude === undefined || longitude === undefined) return undefined;
    const isOnEarth = Math.abs(latitude) <= latitudeLimit && Math.abs(longitude) <= longitudeLimit;
    return isOnEarth ? { latitude, longitude } : undefined;
  });
}

function attribute(attributes: string, name: string): number | undefined {
  const [, written] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']\\s*([-+]?\\d{1,3}(?:\\.\\d{0,20})?)\\s*["']`, 'u').exec(attributes) ?? [];
  return written === undefined ? undefined : Number(written);
}

/** Where one is who drives along the points, and to where from there. */
export interface OnTrack extends Place {
  /** Degrees from north by east; undefined at rest. */
  courseDegrees?: number;
}

export interface Drive {
  /** Goes so many metres on; at the end it stays. */
  advance(metres: number): OnTrack;
}

/** Along straight lines from point to point. `points` is not empty. */
export function createDrive(points: readonly Place[]): Drive {
  let leg = 0;
  let onLegM = 0;

  return {
    advance(metres) {
      onLegM += metres;
      for (;;) {
        const [from, to] = [points[leg], points[leg + 1]];
        if (from === undefined) throw new Error('a track has a point at least');
        if (to === undefined) return { ...from };
        const legM = distanceM(from, to);
        if (onLegM < legM) return { ...between(from, to, onLegM / legM), courseDegrees: courseDegrees(from, to) };
        onLegM -= legM;
        leg += 1;
      }
    },
  };
}

function between(from: Place, to: Place, share: number): Place {
  return {
    latitude: from.latitude + (to.latitude - from.latitude) * share,
    longitude: from.longitude + (to.longitude - from.longitude) * share,
  };
}

/** Good for the short legs of a track. */
function courseDegrees(from: Place, to: Place): number {
  const north = to.latitude - from.latitude;
  const east = (to.longitude - from.longitude) * Math.cos((from.latitude * Math.PI) / 180);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}
