import { lineEnd, lineLengthLimit } from './constants.ts';

/** Why bytes were no line. */
export type DiscardReason =
  /** A byte that no line has; what stood before it in its line is lost with it. */
  | 'not-text'
  | 'too-long'
  /** A line end that ends nothing. Many models and programs send one to begin with. */
  | 'empty'
  /** An answer began in the middle of another line. */
  | 'cut-off'
  /** The rest of the line did not come in time. */
  | 'half-line';

/** What becomes of the bytes. The `bytes` of all items, put together, are the bytes that were pushed. */
export type LineItem =
  | { kind: 'line'; text: string; bytes: Uint8Array }
  | { kind: 'discarded'; reason: DiscardReason; bytes: Uint8Array };

export interface LineParser {
  /** Takes the next bytes from the wire and tells what is complete now. */
  push(bytes: Uint8Array): LineItem[];
  /** Gives up waiting: what is held is told as discarded. */
  idle(): LineItem[];
}

/** Whom the lines come from: a supply begins its readings with a bracket, a computer's commands have no beginning. */
export type LineSource = 'supply' | 'computer';

/**
 * Turns chunks of bytes, however cut, into lines. There is no checksum in this protocol: a bracket is the one sign by
 * which a reading is found behind noise. Holds at most {@link lineLengthLimit} bytes.
 */
export function createLineParser(source: LineSource): LineParser {
  let held: number[] = [];
  /** What was discarded last, for one reason; told as one item when something else comes, or the push ends. */
  let run: { reason: DiscardReason; bytes: number[] } = { reason: 'empty', bytes: [] };

  function discard(reason: DiscardReason, bytes: readonly number[], items: LineItem[]): void {
    if (reason !== run.reason) endRun(items);
    run.reason = reason;
    for (const byte of bytes) run.bytes.push(byte);
  }

  function endRun(items: LineItem[]): void {
    const { reason, bytes } = run;
    if (bytes.length > 0) items.push({ kind: 'discarded', reason, bytes: Uint8Array.from(bytes) });
    run = { reason, bytes: [] };
  }

  function endLine(items: LineItem[]): void {
    endRun(items);
    items.push({ kind: 'line', text: String.fromCharCode(...held), bytes: Uint8Array.from([...held, lineEnd]) });
  }

  function take(byte: number, items: LineItem[]): void {
    if (byte === lineEnd) {
      if (held.length === 0) discard('empty', [byte], items);
      else endLine(items);
      held = [];
    } else if (!isText(byte)) {
      discard('not-text', [...held, byte], items);
      held = [];
    } else if (source === 'supply' && byte === bracket) {
      discard('cut-off', held, items);
      held = [byte];
    } else if (held.length === lineLengthLimit) {
      discard('too-long', [...held, byte], items);
      held = [];
    } else {
      held.push(byte);
    }
  }

  return {
    push(bytes) {
      const items: LineItem[] = [];
      for (const byte of bytes) take(byte, items);
      endRun(items);
      return items;
    },
    idle() {
      const items: LineItem[] = [];
      discard('half-line', held, items);
      endRun(items);
      held = [];
      return items;
    },
  };
}

/** The bytes of a line. Throws when it is none: a slip of ours. */
export function encodeLine(text: string): Uint8Array {
  const bytes = Array.from(text, (character) => character.charCodeAt(0));
  if (bytes.length === 0 || bytes.length > lineLengthLimit || !bytes.every(isText)) {
    throw new RangeError(`a line has 1 to ${lineLengthLimit} printable characters: ${JSON.stringify(text)}`);
  }
  return Uint8Array.from([...bytes, lineEnd]);
}

const bracket = '('.charCodeAt(0);

/** Printable ASCII. */
function isText(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}
