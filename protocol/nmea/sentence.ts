/** NMEA 0183, 5.3: a sentence with `$` and line end has at most so many characters. */
export const standardLengthLimit = 82;

/**
 * What is taken. Receivers with more decimals than the standard foresaw send sentences of some ninety characters; none
 * is known that sends more than this.
 */
export const sentenceLengthLimit = 120;

/** A sentence whose checksum is sound. */
export interface Sentence {
  /** Who talks: GP, GN, GL, GA, GB …; P for a sentence of the maker's own. */
  talker: string;
  /** What the sentence is: GGA, RMC …; of a maker's own, all that stands behind the P. */
  type: string;
  /** What stands between the commas, the address left out. An empty one says nothing. */
  fields: readonly string[];
  /** As it came, from `$` to checksum, without line end. */
  text: string;
}

/** Takes apart what stands from `$` to checksum; the checksum has been looked at. */
export function readSentence(text: string): Sentence {
  const [address = '', ...fields] = text.slice(1, text.lastIndexOf('*')).split(',');
  const talkerLength = address.startsWith('P') ? 1 : 2;
  return { talker: address.slice(0, talkerLength), type: address.slice(talkerLength), fields, text };
}

/** The sentence with `$` and checksum, without line end. */
export function formatSentence(address: string, fields: readonly string[]): string {
  const body = [address, ...fields].join(',');
  return `$${body}*${checksumOf(body)}`;
}

/** The bytes of a sentence on the wire. */
export function encodeSentence(text: string): Uint8Array {
  return Uint8Array.from(`${text}\r\n`, (character) => character.charCodeAt(0));
}

/** All characters between `$` and `*` in exclusive or, as two hexadecimal digits in upper case. */
export function checksumOf(body: string): string {
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) sum ^= body.charCodeAt(at);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}
