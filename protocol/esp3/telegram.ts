import { failure, type Result, success } from '#protocol/core/result.ts';
import { packetTypes } from './constants.ts';
import type { Frame } from './frame.ts';
import type { Problem } from './problem.ts';
import { idLength, readId, writeId } from './radioId.ts';

/** What a device says, without who says it: the part of a telegram that profiles are about. */
export interface TelegramContent {
  /** The kind of telegram: see `rorgs`. */
  rorg: number;
  /** 1 byte for RPS and 1BS, 4 for 4BS, up to 14 otherwise. */
  payload: Uint8Array;
  /** The status byte as it was received: see {@link readStatus}. */
  status: number;
}

/** A radio telegram (ERP1) as the module hands it over (ESP3 2.1, RADIO_ERP1). */
export interface RadioTelegram extends TelegramContent {
  /** The device that sent it: eight hex digits, lower case. */
  sender: string;
  /** How the module received it. Missing when the module gave no optional data. */
  reception?: Reception;
}

interface Reception {
  /** How many sub-telegrams of this telegram were heard, 1 to 3 or more with repeaters. */
  subTelegrams: number;
  /** Eight hex digits; `ffffffff` is everybody. */
  destination: string;
  /** The best sub-telegram's strength in dBm, 0 to -255. -255 stands in telegrams to be sent. */
  signalDbm: number;
  /** 0: not encrypted. */
  securityLevel: number;
}

/** Status bit: the telegram is of a module with the PTM 2xx button code, as all since 2003 are. */
export const statusT21 = 0x20;
/** Status bit: N-message (a button is told), against U-message (a number of buttons is told). */
export const statusNu = 0x10;

/** The meaning of a status byte of ERP1. T21 and NU mean something in RPS telegrams only. */
export function readStatus(status: number): { t21: boolean; nu: boolean; repeaterCount: number } {
  return { t21: (status & statusT21) !== 0, nu: (status & statusNu) !== 0, repeaterCount: status & 0x0f };
}

const rorgLength = 1;
const statusLength = 1;
const receptionLength = 7;

export function decodeRadioTelegram({ data, optional }: Frame): Result<RadioTelegram, Problem> {
  const payloadLength = data.length - rorgLength - idLength - statusLength;
  if (payloadLength < 1) {
    return failure({ code: 'wrong-length', message: `a radio telegram has at least 7 bytes, not ${data.length}` });
  }
  const telegram: RadioTelegram = {
    rorg: data[0] ?? 0,
    payload: data.subarray(rorgLength, rorgLength + payloadLength),
    status: data[data.length - 1] ?? 0,
    sender: readId(data, rorgLength + payloadLength),
  };
  // A telegram without, or with part of, its optional data is still a press: nothing of it is refused (B1.1).
  if (optional.length >= receptionLength) telegram.reception = decodeReception(optional);
  return success(telegram);
}

function decodeReception(optional: Uint8Array): Reception {
  return {
    subTelegrams: optional[0] ?? 0,
    destination: readId(optional, 1),
    signalDbm: 0 - (optional[5] ?? 0),
    securityLevel: optional[6] ?? 0,
  };
}

/** Throws when a part has no place in the packet: a slip of ours. */
export function encodeRadioTelegram({ rorg, payload, sender, status, reception }: RadioTelegram): Frame {
  return {
    packetType: packetTypes.radioErp1,
    data: Uint8Array.from([rorg, ...payload, ...writeId(sender), status]),
    optional:
      reception === undefined
        ? new Uint8Array(0)
        : Uint8Array.from([
            reception.subTelegrams,
            ...writeId(reception.destination),
            -reception.signalDbm,
            reception.securityLevel,
          ]),
  };
}
