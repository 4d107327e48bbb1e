import { type Static, Type } from 'typebox';
import { type FrontConfiguration, type frontSection, readFront } from './frontSection.ts';
import { map, pathText } from './keys.ts';

/**
 * The devices beside the radio receiver. What is named here is fitted, watched and missed when it is gone; what is not
 * named is not missed.
 */

function onPort(right: string, what: string) {
  return Type.Optional(
    map({ port: pathText(right, `The serial port of ${what}. It may be plugged in later.`) }, `${what}, where fitted.`),
  );
}

export const gnssSection = onPort('/dev/welfare-hub/gnss', 'the receiver of satellite positions (NMEA 0183)');
export const upsSection = onPort('/dev/welfare-hub/ups', 'the uninterruptible supply (Megatec)');
export const readerSection = onPort('/dev/welfare-hub/reader', "the reader of the staff's tags (RDM6300, ID-12LA)");
export const radarSection = onPort('/dev/welfare-hub/radar', 'the presence radar (LD2410)');

/** The machine's own wiring: a configuration from the centre is whole without it, and may not hold it. */
export interface FittedDevices {
  gnss?: Static<typeof gnssSection>;
  ups?: Static<typeof upsSection>;
  reader?: Static<typeof readerSection>;
  radar?: Static<typeof radarSection>;
  front?: FrontConfiguration;
}

interface FittedDocument extends Omit<FittedDevices, 'front'> {
  front?: Static<typeof frontSection>;
}

/** The names of the sections above. */
export const fittedNames = [
  'gnss',
  'ups',
  'reader',
  'radar',
  'front',
] as const satisfies readonly (keyof FittedDevices)[];

/** The devices that a document names. */
export function readFitted({ front, ...document }: FittedDocument): FittedDevices {
  return { ...fittedOf(document), ...(front === undefined ? {} : { front: readFront(front) }) };
}

/** The devices that a configuration names, and nothing else of it. */
export function fittedOf({ gnss, ups, reader, radar, front }: FittedDevices): FittedDevices {
  return {
    ...(gnss === undefined ? {} : { gnss }),
    ...(ups === undefined ? {} : { ups }),
    ...(reader === undefined ? {} : { reader }),
    ...(radar === undefined ? {} : { radar }),
    ...(front === undefined ? {} : { front }),
  };
}
