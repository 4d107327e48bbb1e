import type { Decimals } from '#protocol/nmea/format.ts';

/** What tells one make of receiver from another. */
export interface GnssProfile {
  title: string;
  /** Bits per second of its serial port; on USB any will do. */
  baudRate: number;
  /** Who talks in sentences about the fix, and in those about the satellites of each system. */
  fixTalker: string;
  systems: readonly GnssSystem[];
  decimals: Decimals;
  /** What it sends each second, in this order. */
  order: readonly ('RMC' | 'VTG' | 'GGA' | 'GSA' | 'GSV' | 'GLL')[];
  /** Whether it says the time while it has no fix. */
  timeWithoutFix: boolean;
  /** What stands for a dilution that is not known. */
  unknownDilution?: number;
  /** What it says when it starts, without `$` and checksum. */
  banner: readonly string[];
}

interface GnssSystem {
  talker: string;
  /** The numbers of its satellites, from the first. */
  firstId: number;
}

const gps: GnssSystem = { talker: 'GP', firstId: 2 };
/** NMEA counts the satellites of GLONASS from 65. */
const glonass: GnssSystem = { talker: 'GL', firstId: 65 };

/**
 * u-blox 7 and 8: the receiver protocol specifications of u-blox, NMEA chapter, as they come out of the box. SIM7600: the
 * module's port of positions once AT+CGPS=1 was said; its engine is Qualcomm's, as in Quectel's EG25-G, whose recorded
 * traffic has the same empty sentences.
 */
export const gnssProfiles = {
  ublox8: {
    title: 'u-blox 8',
    baudRate: 9_600,
    fixTalker: 'GN',
    systems: [gps, glonass],
    decimals: { time: 2, angle: 5, dilution: 2 },
    order: ['RMC', 'VTG', 'GGA', 'GSA', 'GSV', 'GLL'],
    timeWithoutFix: true,
    unknownDilution: 99.99,
    banner: ['GNTXT,01,01,02,u-blox AG - www.u-blox.com', 'GNTXT,01,01,02,HW UBX-M8030 00080000'],
  },
  ublox7: {
    title: 'u-blox 7',
    baudRate: 9_600,
    fixTalker: 'GP',
    systems: [gps],
    decimals: { time: 2, angle: 5, dilution: 2 },
    order: ['RMC', 'VTG', 'GGA', 'GSA', 'GSV', 'GLL'],
    timeWithoutFix: true,
    unknownDilution: 99.99,
    banner: ['GPTXT,01,01,02,u-blox ag - www.u-blox.com', 'GPTXT,01,01,02,HW UBX-G70xx 00070000'],
  },
  sim7600: {
    title: 'SIM7600, port of positions',
    baudRate: 115_200,
    fixTalker: 'GP',
    systems: [gps, glonass],
    decimals: { time: 1, angle: 6, dilution: 1 },
    order: ['GSV', 'GGA', 'VTG', 'RMC', 'GSA'],
    timeWithoutFix: false,
    banner: [],
  },
} as const satisfies Record<string, GnssProfile>;

export function isGnssProfileName(name: string): name is keyof typeof gnssProfiles {
  return Object.hasOwn(gnssProfiles, name);
}
