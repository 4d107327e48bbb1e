/**
 * Which accessories a word fits: those of some kinds. A kind that no home knows yet stands here without harm. `lacks` goes
 * on as "pendant …".
 */
const kindsOf = {
  button: {
    kinds: ['pendant', 'extra-pendant', 'light-press', 'fall', 'smoke', 'epilepsy', 'voice-trigger'],
    lacks: 'has no button',
  },
  door: { kinds: ['door'], lacks: 'is no door' },
  bed: { kinds: ['bed'], lacks: 'is no bed' },
  mat: { kinds: ['mat'], lacks: 'is no mat' },
  movement: { kinds: ['motion', 'radar'], lacks: 'sees no movement' },
  fall: { kinds: ['fall'], lacks: 'is no fall detector' },
  smoke: { kinds: ['smoke'], lacks: 'is no smoke detector' },
  seizure: { kinds: ['epilepsy'], lacks: 'is no epilepsy alarm' },
  shout: { kinds: ['voice-trigger'], lacks: 'is no voice trigger' },
  position: { kinds: ['gps'], lacks: 'is no GPS tracker' },
} as const satisfies Record<string, { kinds: readonly string[]; lacks: string }>;

/** What a name of an accessory stands for: those that a word fits, any of them, or whoever can report. */
export type AccessoryPlace = keyof typeof kindsOf | 'any' | 'reporter';

export function fitsPlace(kind: string, place: AccessoryPlace): boolean {
  if (place === 'any' || place === 'reporter') return true;
  const { kinds }: { kinds: readonly string[] } = kindsOf[place];
  return kinds.includes(kind);
}

/** Why an accessory of another kind does not fit. */
export function lackOf(place: AccessoryPlace): string {
  return place === 'any' || place === 'reporter' ? 'does not fit' : kindsOf[place].lacks;
}
