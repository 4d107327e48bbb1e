import { failure, type Result, success } from '#protocol/core/result.ts';
import { returnCodes } from './constants.ts';
import type { Problem } from './problem.ts';
import { idLength, readId, writeId } from './radioId.ts';
import { decodeRepeater, encodeRepeater, type Repeater } from './repeater.ts';

/** What a module answers (ESP3 2.2, RESPONSE), whatever it was asked. */
export interface Response {
  /** See `returnCodes`. */
  returnCode: number;
  data: Uint8Array;
  optional: Uint8Array;
}

/** The answer to CO_RD_VERSION. */
export interface Version {
  /** Four numbers with dots: main, beta, alpha, build. */
  appVersion: string;
  apiVersion: string;
  /** The module's own id, eight hex digits. */
  chipId: string;
  /** Eight hex digits; the first two name the chip, 45 is EnOcean's. */
  chipVersion: string;
  /** The firmware's name, at most 16 characters, for example GATEWAYCTRL. */
  appDescription: string;
}

/** The answer to CO_RD_IDBASE. */
export interface IdBase {
  /** The first of 128 ids that the module may send with. */
  baseId: string;
  /** How often the base id may still be changed; 255 is without limit. Old firmware does not tell. */
  remainingWrites?: number;
}

/** ESP3 2.5, CO_WR_IDBASE. The check also tells a base id from the answer to another question. */
const lowestBaseId = 'ff800000';
const highestBaseId = 'ffffff80';

const nothing = new Uint8Array(0);
const versionLength = 4;
/** The firmware's name has this many bytes, filled with zeros. */
const descriptionLength = 16;
const versionResponseLength = 4 * versionLength + descriptionLength;

/** An answer without content: RET_OK, or why not. */
export function encodeReturnCode(returnCode: number): Response {
  return { returnCode, data: nothing, optional: nothing };
}

export function decodeVersion(response: Response): Result<Version, Problem> {
  return withData(response, versionResponseLength, (data) => {
    const end = data.indexOf(0, 4 * versionLength);
    const text = data.subarray(
      4 * versionLength,
      Math.min(end === -1 ? versionResponseLength : end, versionResponseLength),
    );
    return success({
      appVersion: `${data[0]}.${data[1]}.${data[2]}.${data[3]}`,
      apiVersion: `${data[4]}.${data[5]}.${data[6]}.${data[7]}`,
      chipId: readId(data, 8),
      chipVersion: readId(data, 12),
      appDescription: String.fromCharCode(...text),
    });
  });
}

/** Throws when a part is not of its form: a slip of ours. */
export function encodeVersion({ appVersion, apiVersion, chipId, chipVersion, appDescription }: Version): Response {
  if (appDescription.length > descriptionLength) {
    throw new RangeError(`a firmware's name has at most ${descriptionLength} characters: ${appDescription}`);
  }
  const data = new Uint8Array(versionResponseLength);
  data.set(appVersion.split('.').map(Number), 0);
  data.set(apiVersion.split('.').map(Number), 4);
  data.set(writeId(chipId), 8);
  data.set(writeId(chipVersion), 12);
  data.set(
    Array.from(appDescription, (character) => character.charCodeAt(0)),
    16,
  );
  return { returnCode: returnCodes.ok, data, optional: nothing };
}

export function decodeIdBase(response: Response): Result<IdBase, Problem> {
  return withData(response, idLength, (data) => {
    const baseId = readId(data, 0);
    if (baseId < lowestBaseId || baseId > highestBaseId) {
      const message = `a base id is ${lowestBaseId} to ${highestBaseId}, not ${baseId}`;
      return failure({ code: 'unknown-value', message });
    }
    const remainingWrites = response.optional[0];
    return success({ baseId, ...(remainingWrites === undefined ? {} : { remainingWrites }) });
  });
}

export function encodeIdBase({ baseId, remainingWrites }: IdBase): Response {
  return {
    returnCode: returnCodes.ok,
    data: writeId(baseId),
    optional: remainingWrites === undefined ? nothing : Uint8Array.from([remainingWrites]),
  };
}

export function decodeRepeaterState(response: Response): Result<Repeater, Problem> {
  return withData(response, 2, decodeRepeater);
}

export function encodeRepeaterState(repeater: Repeater): Response {
  return { returnCode: returnCodes.ok, data: encodeRepeater(repeater), optional: nothing };
}

/** Newer modules may append fields, so a longer answer is right and a shorter one is not (ESP3 1.4). */
function withData<Value>(
  { returnCode, data }: Response,
  length: number,
  read: (data: Uint8Array) => Result<Value, Problem>,
): Result<Value, Problem> {
  if (returnCode !== returnCodes.ok) {
    return failure({ code: 'refused', message: `the module answered ${nameOfReturnCode(returnCode)}` });
  }
  if (data.length < length) {
    return failure({ code: 'wrong-length', message: `this answer has ${length} bytes of data, not ${data.length}` });
  }
  return read(data);
}

function nameOfReturnCode(code: number): string {
  const name = Object.entries(returnCodes).find(([, known]) => known === code)?.[0];
  return name === undefined ? `with the unknown return code ${code}` : `${name} (${code})`;
}
