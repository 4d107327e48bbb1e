import type { Random } from '#protocol/core/time.ts';

/** Letters and digits that are not mistaken for each other when a reference is read out on the telephone. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Twelve of 32 letters are 60 bits: a hub that lives for a million reports meets its own reference again in one of two million lives. */
const length = 12;

/**
 * A new reference for a report, 1–16 of A–Z a–z 0–9 as SCAIP wants it. It is drawn, not counted, so that a hub whose
 * journal was restored from an old copy does not use one twice.
 */
export function drawReference(random: Random): string {
  let reference = '';
  for (let index = 0; index < length; index += 1) {
    reference += alphabet.charAt(Math.floor(random() * alphabet.length));
  }
  return reference;
}
