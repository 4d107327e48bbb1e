/** Megatec protocol, B (hardware): 2400 bits per second, 8N1. Lines of text, each ended by a carriage return. */
export const megatecBaudRate = 2400;

/** Ends every command and every answer. */
export const lineEnd = 0x0d;

/**
 * The longest line without its end. The longest answer of the protocol has 46 characters; some models append fields. What
 * is longer is noise that happens to be text.
 */
export const lineLengthLimit = 96;
