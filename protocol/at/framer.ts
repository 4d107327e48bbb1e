/** How a modem is talked to by 8 data bits, no parity and 1 stop bit; most leave the factory at the first of these rates. */
export const atBaudRates = [115_200, 9_600, 57_600, 460_800, 38_400, 19_200] as const;

/**
 * The longest line this framer takes, in bytes without its end. The longest that is asked for is a message in PDU form:
 * 176 bytes in hex (3GPP TS 23.040 9.2.2 and an address of a service centre). A longer claim is noise, or a list that
 * nobody asked for.
 */
export const lineLengthLimit = 1_024;

/** A modem sends a line in one go. A gap this long means that the rest of it will not come. */
export const halfLineTimeoutMs = 1_000;

/** Why bytes were no line. */
export type DiscardReason =
  /** The line holds bytes that no text has; so do all lines that are heard at the wrong rate. */
  | 'not-text'
  | 'too-long'
  /** The rest of the line did not come in time. */
  | 'half-line';

/** What the framer makes of the bytes. The `bytes` of all items, put together, are the bytes that were pushed. */
export type AtItem =
  /** A line with its end: CR, LF, or the 1A or 1B (ESC) that ends the echo of a message. One character is one byte. */
  | { kind: 'line'; text: string; bytes: Uint8Array }
  /** `> `: the modem waits for the text of a message (3GPP TS 27.005 3.5.1). It has no end of line. */
  | { kind: 'prompt'; bytes: Uint8Array }
  /** Ends of lines between lines: a modem puts CR LF before its answers, too (V.250 5.7.1). */
  | { kind: 'blank'; bytes: Uint8Array }
  | { kind: 'discarded'; reason: DiscardReason; bytes: Uint8Array };

export interface AtFramer {
  /** Takes the next bytes from the wire and tells what is complete now. */
  push(bytes: Uint8Array): AtItem[];
  /** Gives up waiting: what is held is discarded. The owner calls it when nothing has come for `halfLineTimeoutMs`. */
  idle(): AtItem[];
  /** Whether the beginning of a line is held. */
  waiting(): boolean;
}

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const endOfMessage = 0x1a;
const escape = 0x1b;
const space = 0x20;
const greaterThan = 0x3e;
const del = 0x7f;

/** Turns chunks of bytes, however cut, into lines. Holds at most one line of the longest kind. */
export function createAtFramer(): AtFramer {
  let held: number[] = [];
  /** The line that comes is too long: the rest of it is discarded, up to its end. */
  let overlong = false;

  function push(bytes: Uint8Array): AtItem[] {
    const items: AtItem[] = [];
    for (const byte of bytes) {
      held.push(byte);
      if (isLineEnd(byte)) items.push(ended());
      else if (isPrompt()) items.push({ kind: 'prompt', bytes: taken() });
      else if (held.length > lineLengthLimit) {
        overlong = true;
        items.push(discarded('too-long'));
      }
    }
    // What was discarded of one line in one push is one item: a flood costs no object for each byte.
    if (overlong && held.length > 0) items.push(discarded('too-long'));
    return items;
  }

  function ended(): AtItem {
    const wasOverlong = overlong;
    overlong = false;
    if (wasOverlong) return discarded('too-long');
    if (held.length === 1) return { kind: 'blank', bytes: taken() };
    const text = held.slice(0, -1);
    if (!text.every(isText)) return discarded('not-text');
    return { kind: 'line', text: String.fromCharCode(...text), bytes: taken() };
  }

  function isPrompt(): boolean {
    return !overlong && held.length === 2 && held[0] === greaterThan && held[1] === space;
  }

  function discarded(reason: DiscardReason): AtItem {
    return { kind: 'discarded', reason, bytes: taken() };
  }

  function taken(): Uint8Array {
    const bytes = Uint8Array.from(held);
    held = [];
    return bytes;
  }

  return {
    push,
    idle() {
      overlong = false;
      return held.length === 0 ? [] : [discarded('half-line')];
    },
    waiting: () => held.length > 0 || overlong,
  };
}

function isLineEnd(byte: number): boolean {
  return byte === carriageReturn || byte === lineFeed || byte === endOfMessage || byte === escape;
}

/** Bytes above 7F occur in names of operators, in whatever alphabet the modem was left in. */
function isText(byte: number): boolean {
  return byte === tab || (byte >= space && byte !== del);
}
