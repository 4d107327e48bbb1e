/** A single short message holds so many characters of the GSM 7-bit default alphabet (3GPP TS 23.040, 9.2.3.24). */
export const messageLimit = 160;

/** The default alphabet without its extension table, whose characters take two places (3GPP TS 23.038, 6.2.1). */
const alphabet = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Whether every character takes one place in a short message. */
export function isGsm7(text: string): boolean {
  return Array.from(text).every((character) => alphabet.has(character));
}
