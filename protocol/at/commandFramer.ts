import { lineLengthLimit } from './framer.ts';

/** Why bytes were no command. */
type DiscardReason =
  /** Before the `AT` that every command line begins with (V.250 5.2.1). */
  | 'no-prefix'
  | 'too-long'
  /** A control character between lines: an end of a line, or the ESC of a program that makes sure that no prompt is open. */
  | 'blank';

/** What the framer makes of the bytes. The `bytes` of all items, put together, are the bytes that were pushed. */
export type CommandItem =
  /** From `AT` to the CR, which is not in the text; what was taken back by backspaces is not either (V.250 5.2.2). */
  | { kind: 'line'; text: string; bytes: Uint8Array }
  /** `A/`: the last line again, with no CR (V.250 5.2.4). */
  | { kind: 'repeat'; bytes: Uint8Array }
  /** What was typed at the prompt of a message, up to the 1A that sends it (3GPP TS 27.005 3.5.1). */
  | { kind: 'message'; text: string; bytes: Uint8Array }
  /** ESC at the prompt: the message is not to be sent. */
  | { kind: 'cancelled'; bytes: Uint8Array }
  | { kind: 'discarded'; reason: DiscardReason; bytes: Uint8Array };

export interface CommandFramer {
  /** Takes the next bytes and hands out what is complete, one item after the other. */
  push(bytes: Uint8Array): void;
  /** Forgets a line or a message that was begun. Its bytes come out as discarded. */
  reset(): void;
}

export interface CommandFramerParts {
  /** Whether a message is being typed; asked at the beginning of each item, for the last one may have led to a prompt. */
  awaitsMessage(): boolean;
  take(item: CommandItem): void;
}

const backspace = 0x08;
const carriageReturn = 0x0d;
const slash = 0x2f;
const endOfMessage = 0x1a;
const escape = 0x1b;

/** The modem's side of the line: turns chunks of bytes, however cut, into command lines and messages. */
export function createCommandFramer({ awaitsMessage, take }: CommandFramerParts): CommandFramer {
  let held: number[] = [];
  /** What stands of a command line after its backspaces. Kept up byte by byte: looked for anew, a line would cost its square. */
  let line: number[] = [];
  let isMessage = false;
  let isOverlong = false;

  function taken(): Uint8Array {
    const bytes = Uint8Array.from(held);
    held = [];
    line = [];
    return bytes;
  }

  function discard(reason: DiscardReason): void {
    take({ kind: 'discarded', reason, bytes: taken() });
  }

  function pushByte(byte: number): void {
    if (held.length === 0 && !isOverlong) isMessage = awaitsMessage();
    held.push(byte);
    if (isMessage) typed(byte);
    else commanded(byte);
    if (held.length <= lineLengthLimit) return;
    isOverlong = true;
    discard('too-long');
  }

  function typed(byte: number): void {
    if (byte !== endOfMessage && byte !== escape) return;
    const wasOverlong = isOverlong;
    isOverlong = false;
    // A message that is too long is given up as if it had been taken back.
    if (byte === escape || wasOverlong) take({ kind: 'cancelled', bytes: taken() });
    else take({ kind: 'message', text: textOf(held.slice(0, -1)), bytes: taken() });
  }

  function commanded(byte: number): void {
    if (isOverlong) {
      if (byte !== carriageReturn) return;
      isOverlong = false;
      discard('too-long');
      return;
    }
    if (held.length === 1 && byte < 0x20) {
      discard('blank');
      return;
    }
    edit(byte);
    const [first, second] = line;
    const isBegun = isLetter(first, 'A');
    if (byte === carriageReturn) {
      if (isBegun && isLetter(second, 'T')) take({ kind: 'line', text: textOf(line), bytes: taken() });
      else discard('no-prefix');
    } else if (isBegun && second === slash && line.length === 2) take({ kind: 'repeat', bytes: taken() });
    else if (line.length > 0 && !(isBegun && (line.length === 1 || isLetter(second, 'T')))) findPrefix(byte);
  }

  /** A backspace takes the last character back (V.250 6.2.3); control characters are passed over (5.2.2). */
  function edit(byte: number): void {
    if (byte === backspace) line.pop();
    else if (byte >= 0x20) line.push(byte);
  }

  /** What stands before the prefix is no command; the byte that broke it off may begin one. */
  function findPrefix(byte: number): void {
    if (!isLetter(byte, 'A')) {
      discard('no-prefix');
      return;
    }
    held.pop();
    if (held.length > 0) discard('no-prefix');
    held.push(byte);
    line = [byte];
  }

  return {
    push(bytes) {
      for (const byte of bytes) pushByte(byte);
    },
    reset() {
      isOverlong = false;
      if (held.length > 0) discard('no-prefix');
    },
  };
}

function isLetter(byte: number | undefined, letter: 'A' | 'T'): boolean {
  return byte !== undefined && String.fromCharCode(byte).toUpperCase() === letter;
}

function textOf(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}
