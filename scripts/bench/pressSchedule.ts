import { repeatWindowMs } from '#agent/hub/presses.ts';
import { contentOfEvent, packetOf } from '#devices/radio/telegrams.ts';
import { defaultTransmitters, type Transmitter } from '#devices/radio/transmitters.ts';

/** The repeat window counts from the first telegram's arrival, a while after it was written. */
const marginMs = 100;
/** As many as a hub takes. */
const pendantCount = 64;
/** A pendant has two of them or four; the hub knows eight, and tells presses from repeats by each (B1.2). */
const buttons = ['A0', 'AI', 'B0', 'BI', 'C0', 'CI', 'D0', 'DI'] as const;

/** Presses are rare in a home: between two of them everything comes to rest. */
export const pauseMs = 4;

/** The pendants that are pressed in turn, so that no press is a radio repeat of the one before (B1.2). */
export const pendants: readonly Transmitter[] = Array.from({ length: pendantCount }, (_, index) => {
  const [usual] = defaultTransmitters;
  if (usual === undefined) throw new Error('there are no transmitters');
  return { ...usual, name: `pendant-${index + 1}`, id: (0x00_2a_00_01 + index).toString(16).padStart(8, '0') };
});

export interface Press {
  /** The packet in which the receiver hands the telegram to its host. */
  bytes: Uint8Array;
  /** Milliseconds until this button may be pressed again. */
  waitMs(nowMs: number): number;
  /** Notes the moment of the press. */
  pressed(nowMs: number): void;
}

/** Every button of every pendant in turn, for ever; each rests for longer than the repeat window. */
export function pressesInTurn(): () => Press {
  const presses = buttons.flatMap((button) => pendants.map((pendant) => pressOf(pendant, button)));
  let next = 0;
  return () => {
    const press = presses[next % presses.length];
    next += 1;
    if (press === undefined) throw new Error('there are no buttons');
    return press;
  };
}

function pressOf(pendant: Transmitter, button: (typeof buttons)[number]): Press {
  const content = contentOfEvent(pendant, { event: 'pressed', button }, 'press');
  if (!content.ok) throw new Error(content.problem);
  const bytes = packetOf(pendant, content.value, 0);
  let freeAtMs = 0;
  return {
    bytes,
    waitMs: (nowMs) => Math.max(0, freeAtMs - nowMs),
    pressed(nowMs) {
      freeAtMs = nowMs + repeatWindowMs + marginMs;
    },
  };
}
