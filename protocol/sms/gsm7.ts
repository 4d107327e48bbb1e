/** A single short message holds so many characters of the GSM 7-bit default alphabet (3GPP TS 23.040, 9.2.3.24). */
export const messageLimit = 160;

/**
 * The default alphabet in its order (3GPP TS 23.038, 6.2.1). The place of ESC, which leads to the extension table, is
 * held by a character that is no text.
 */
const letters =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** The extension table (6.2.1.1): each takes two places, ESC and this one. */
const extension: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

/** The septet that leads to the extension table. */
const escapeSeptet = 0x1b;

const places: ReadonlyMap<string, readonly number[]> = new Map([
  ...Array.from(letters, (letter, septet): [string, number[]] => [letter, [septet]]).filter(
    ([, [septet]]) => septet !== escapeSeptet,
  ),
  ...Array.from(extension, ([septet, letter]): [string, number[]] => [letter, [escapeSeptet, septet]]),
]);

/** Whether every character takes one place in a short message. */
export function isGsm7(text: string): boolean {
  return Array.from(text).every((character) => places.get(character)?.length === 1);
}

/** The septets of a text, those of the extension table by two; undefined when a character is in neither table. */
export function encodeGsm7(text: string): number[] | undefined {
  const septets: number[] = [];
  for (const character of text) {
    const place = places.get(character);
    if (place === undefined) return undefined;
    septets.push(...place);
  }
  return septets;
}

/**
 * The text of septets. What a sender of another language's tables has meant by an extension that is not known is shown
 * as the default alphabet has it, and ESC with nothing behind it as a space (6.2.1.1).
 */
export function decodeGsm7(septets: readonly number[]): string {
  let text = '';
  for (let at = 0; at < septets.length; at += 1) {
    const septet = septets[at] ?? 0;
    if (septet !== escapeSeptet) {
      text += letters[septet & 0x7f] ?? '';
      continue;
    }
    at += 1;
    const behind = septets[at];
    if (behind === undefined || behind === escapeSeptet) text += ' ';
    else text += extension.get(behind) ?? letters[behind & 0x7f] ?? '';
  }
  return text;
}
