import type { Transmitter } from '#devices/radio/transmitters.ts';

/** `pendant-1` and those that follow it, each heard well and once. */
export function pendantsOf(count: number): Transmitter[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `pendant-${index + 1}`,
    kind: 'pendant',
    id: (0x00_2a_00_01 + index).toString(16).padStart(8, '0'),
    profile: 'F6-02-01',
    signalDbm: -62,
    repeat: 1,
    subTelegrams: 3,
    silent: false,
  }));
}
