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
export const upsSection = Type.Optional(
  Type.Object(
    {
      port: Type.Optional(
        pathText(
          '/dev/welfare-hub/ups',
          'The serial port of a supply that speaks Megatec (Q1). It may be plugged in later.',
        ),
      ),
      powerSupply: Type.Optional(
        pathText(
          '/sys/class/power_supply',
          'The folder in which the kernel tells of the supplies: of a battery board with a driver of its own. All in it ' +
            'count together: one source on line is enough, and several batteries are one. What belongs to a mouse or ' +
            'the like (scope Device) does not count.',
        ),
      ),
    },
    {
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      'x-choice': 'exactly one of port (a serial port, Megatec) and powerSupply (a folder of the kernel)',
      description:
        'The uninterruptible supply, where fitted (B6): at a serial port or known to the kernel, exactly one of the two. ' +
        'A hub has one supply; without this section it knows of none, and tells nothing of mains and battery.',
    },
  ),
);
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
