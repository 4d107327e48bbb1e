import { success } from '#protocol/core/result.ts';
import { rorgs } from './constants.ts';
import type { Profile, ProfileEvent } from './profile.ts';
import { decodeTeachIn, encodeTeachIn, notLearnBit } from './teachIn.ts';
import type { TelegramContent } from './telegram.ts';

type Occupancy = Extract<ProfileEvent, { event: 'occupancy' }>;

/** The supply voltage's byte: 0–250 are 0–5.0 V, the rest are error codes. */
const stepsPerVolt = 50;
const supplyLimit = 250;
const supplyUnknown = 251;
/** The illumination's ten bits: 0–1000 lx, 1001 is out of range. */
const illuminationLimitLux = 1000;
const illuminationOutOfRange = 1001;
/** A5-07-01: the movement byte says on from here. */
const movementOn = 128;
/** A5-07-01, last byte: the supply voltage is told. */
const supplyToldBit = 0x01;
/** A5-07-02 and A5-07-03, last byte: movement detected. */
const movementBit = 0x80;

/** EEP A5-07-01: the movement in a byte of its own, the supply voltage if the device has it. */
export const occupancy = occupancyProfile('Occupancy with Supply voltage monitor', {
  decode([supply, , movement, last]) {
    const supplyTold = (last & supplyToldBit) !== 0;
    return { event: 'occupancy', occupied: movement >= movementOn, ...(supplyTold ? supplyOf(supply) : {}) };
  },
  encode({ occupied, supplyVolts }) {
    const movement = occupied ? 0xff : 0;
    return supplyVolts === undefined ? [0, 0, movement, 0] : [supplyByte(supplyVolts), 0, movement, supplyToldBit];
  },
});

/** EEP A5-07-02. */
export const occupancyWithSupply = occupancyProfile('Occupancy sensor with Supply voltage monitor', {
  decode: ([supply, , , last]) => ({ event: 'occupancy', occupied: (last & movementBit) !== 0, ...supplyOf(supply) }),
  encode: ({ occupied, supplyVolts }) => [supplyByte(supplyVolts), 0, 0, occupied ? movementBit : 0],
});

/** EEP A5-07-03. */
export const occupancyWithLight = occupancyProfile(
  'Occupancy with Supply voltage monitor and 10-bit illumination measurement',
  {
    decode([supply, lightHigh, lightLow, last]) {
      const lux = (lightHigh << 2) | (lightLow >> 6);
      return {
        event: 'occupancy',
        occupied: (last & movementBit) !== 0,
        ...supplyOf(supply),
        ...(lux > illuminationLimitLux ? {} : { illuminationLux: lux }),
      };
    },
    encode({ occupied, supplyVolts, illuminationLux = illuminationOutOfRange }) {
      if (illuminationLux < 0 || illuminationLux > illuminationOutOfRange) {
        throw new RangeError(`an illumination is 0 to ${illuminationLimitLux} lx, not ${illuminationLux}`);
      }
      const lux = Math.round(illuminationLux);
      return [supplyByte(supplyVolts), lux >> 2, (lux & 0x03) << 6, occupied ? movementBit : 0];
    },
  },
);

type FourBytes = readonly [number, number, number, number];

/** What the profiles of the family share: four bytes with a learn bit in the last. */
function occupancyProfile(
  title: string,
  bytes: { decode(payload: FourBytes): Occupancy; encode(event: Occupancy): FourBytes },
): Profile {
  return {
    title: `Occupancy Sensor: ${title}`,
    rorg: rorgs.fourByte,
    payloadLength: 4,
    decode(content) {
      const [first = 0, second = 0, third = 0, last = 0] = content.payload;
      return success(decodeTeachIn(content) ?? bytes.decode([first, second, third, last]));
    },
    encode(event): TelegramContent | undefined {
      if (event.event === 'teach-in') return encodeTeachIn(rorgs.fourByte, event);
      if (event.event !== 'occupancy') return undefined;
      const [first, second, third, last] = bytes.encode(event);
      return { rorg: rorgs.fourByte, payload: Uint8Array.from([first, second, third, last | notLearnBit]), status: 0 };
    },
  };
}

function supplyOf(supply: number): { supplyVolts?: number } {
  return supply > supplyLimit ? {} : { supplyVolts: supply / stepsPerVolt };
}

function supplyByte(supplyVolts: number | undefined): number {
  if (supplyVolts === undefined) return supplyUnknown;
  const steps = Math.round(supplyVolts * stepsPerVolt);
  if (steps < 0 || steps > supplyLimit) throw new RangeError(`a supply voltage is 0 to 5 V, not ${supplyVolts}`);
  return steps;
}
