import { formatAngle, formatNumber, formatTime } from '#protocol/nmea/format.ts';
import { fixQualities, formatGga } from '#protocol/nmea/gga.ts';
import { formatRmc } from '#protocol/nmea/rmc.ts';
import { formatGsa, formatGsv, satellitesOfGsv, type SatelliteInView } from '#protocol/nmea/satellites.ts';
import { formatSentence } from '#protocol/nmea/sentence.ts';
import type { GnssProfile } from './profiles.ts';
import type { OnTrack } from './track.ts';

/** What a receiver knows at one second. */
export interface Epoch {
  wallMs: number;
  /** Undefined without a fix. */
  place?: OnTrack;
  speedKmh: number;
  /** In use while it has a fix; without one it sees them, too weakly. */
  satellites: number;
}

const dayMs = 24 * 60 * 60 * 1_000;
const kmhPerKnot = 1.852;
/** Of the sky over the home, as far as anybody asks. */
const altitudeM = 31;
const geoidSeparationM = 36;

/** What a receiver of the profile sends in a second, sentence by sentence, without line ends. */
export function sentencesOf(profile: GnssProfile, epoch: Epoch): string[] {
  return profile.order.flatMap((type) => formatters[type](profile, epoch));
}

const formatters: Record<GnssProfile['order'][number], (profile: GnssProfile, epoch: Epoch) => string[]> = {
  RMC: (profile, { wallMs, place, speedKmh }) => {
    const day = new Date(wallMs);
    const date = { year: day.getUTCFullYear() % 100, month: day.getUTCMonth() + 1, day: day.getUTCDate() };
    const known = place !== undefined || profile.timeWithoutFix ? { timeOfDayMs: wallMs % dayMs, date } : {};
    const moves = place === undefined ? {} : { ...place, speedKnots: speedKmh / kmhPerKnot };
    const fix = { valid: place !== undefined, mode: place === undefined ? 'N' : 'A' } as const;
    return [formatRmc(profile.fixTalker, { ...fix, ...known, ...moves }, profile.decimals)];
  },
  VTG: ({ fixTalker }, { place, speedKmh }) => {
    const course = formatNumber(place?.courseDegrees, 2);
    const [knots, kmh] =
      place === undefined ? ['', ''] : [formatNumber(speedKmh / kmhPerKnot, 3), formatNumber(speedKmh, 3)];
    const mode = place === undefined ? 'N' : 'A';
    return [formatSentence(`${fixTalker}VTG`, [course, 'T', '', 'M', knots, 'N', kmh, 'K', mode])];
  },
  GGA: (profile, { wallMs, place, satellites }) => {
    const time = place !== undefined || profile.timeWithoutFix ? { timeOfDayMs: wallMs % dayMs } : {};
    const hdop = place === undefined ? profile.unknownDilution : dilutionOf(satellites);
    const fix = place === undefined ? {} : { ...place, satellites, altitudeM, geoidSeparationM };
    const quality = place === undefined ? fixQualities.none : fixQualities.gps;
    return [
      formatGga(
        profile.fixTalker,
        { quality, ...time, ...(hdop === undefined ? {} : { hdop }), ...fix },
        profile.decimals,
      ),
    ];
  },
  GSA: (profile, { place, satellites }) => {
    const unknown = profile.unknownDilution;
    const dilution = place === undefined ? unknown : dilutionOf(satellites);
    const dilutions =
      dilution === undefined
        ? {}
        : { pdop: place === undefined ? dilution : dilution * 1.5, hdop: dilution, vdop: dilution };
    return skyOf(profile, satellites, place !== undefined).map((sky) => {
      const used = place === undefined ? [] : sky.satellites.map(({ id }) => id).slice(0, 12);
      return formatGsa(
        profile.fixTalker,
        { fix: place === undefined ? 1 : 3, satellites: used, ...dilutions },
        profile.decimals.dilution,
      );
    });
  },
  GSV: (profile, { place, satellites }) =>
    skyOf(profile, satellites, place !== undefined).flatMap(({ talker, satellites: all }) => {
      const messages = Math.max(1, Math.ceil(all.length / satellitesOfGsv));
      return Array.from({ length: messages }, (_, index) => {
        const few = all.slice(index * satellitesOfGsv, (index + 1) * satellitesOfGsv);
        return formatGsv(talker, { messages, message: index + 1, inView: all.length, satellites: few });
      });
    }),
  GLL: ({ fixTalker, decimals, timeWithoutFix }, { wallMs, place }) => {
    const time = place !== undefined || timeWithoutFix ? wallMs % dayMs : undefined;
    const angles = [
      ...formatAngle(place?.latitude, 'NS', 2, decimals.angle),
      ...formatAngle(place?.longitude, 'EW', 3, decimals.angle),
    ];
    const fix = place === undefined ? ['V', 'N'] : ['A', 'A'];
    return [formatSentence(`${fixTalker}GLL`, [...angles, formatTime(time, decimals.time), ...fix])];
  },
};

/** The more satellites, the better: 1 with twelve of them. */
function dilutionOf(satellites: number): number {
  return Math.max(0.8, 12 / Math.max(1, satellites));
}

/** The satellites, dealt out to the systems in turn, spread over the sky; those that are too weak have no signal. */
function skyOf(
  { systems }: GnssProfile,
  count: number,
  tracked: boolean,
): { talker: string; satellites: SatelliteInView[] }[] {
  return systems.map(({ talker, firstId }, turn) => ({
    talker,
    satellites: Array.from(
      { length: Math.floor((count + systems.length - 1 - turn) / systems.length) },
      (_, index) => ({
        id: firstId + index,
        elevationDegrees: 15 + ((index * 23 + turn * 11) % 70),
        azimuthDegrees: (index * 67 + turn * 33) % 360,
        ...(tracked ? { signalDbHz: 28 + ((index * 7) % 18) } : {}),
      }),
    ),
  }));
}
