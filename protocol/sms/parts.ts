import { failure, type Result, success } from '#protocol/core/result.ts';
import { encodeGsm7, messageLimit } from './gsm7.ts';
import { headerLength, type Part, partsLimit } from './header.ts';
import type { Problem } from './problem.ts';
import { type Alphabet, type Content, userDataLimit } from './userData.ts';

/** How the parts of a long message are to be numbered. */
export type Numbering = Pick<Part, 'reference' | 'isWide'>;

/**
 * A text as one message where it fits, and as numbered parts where it does not (3GPP TS 23.040 9.2.3.24.1): in GSM-7
 * when it has every character, else in UCS-2. No character is cut in two.
 */
export function contentsOf(text: string, numbering: Numbering): Result<Content[], Problem> {
  const alphabet: Alphabet = encodeGsm7(text) === undefined ? 'ucs2' : 'gsm7';
  const whole = alphabet === 'gsm7' ? messageLimit : userDataLimit / 2;
  if (widthOf(text, alphabet) <= whole) return success([{ content: { alphabet, text } }]);
  const room = userDataLimit - headerLength(numbering);
  const pieces = cut(text, alphabet, Math.floor(alphabet === 'gsm7' ? (room * 8) / 7 : room / 2));
  if (pieces.length > partsLimit) {
    return failure({
      code: 'too-long',
      message: `a text of ${pieces.length} parts; right would be ${partsLimit} at most`,
    });
  }
  return success(
    pieces.map((piece, index) => ({
      content: { alphabet, text: piece },
      part: { ...numbering, number: index + 1, total: pieces.length },
    })),
  );
}

function cut(text: string, alphabet: Alphabet, limit: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const character of text) {
    const more = widthOf(character, alphabet);
    if (width + more > limit) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += character;
    width += more;
  }
  pieces.push(piece);
  return pieces;
}

function widthOf(text: string, alphabet: Alphabet): number {
  return alphabet === 'gsm7' ? (encodeGsm7(text)?.length ?? 0) : text.length;
}
