import type { Clock } from '#protocol/core/time.ts';
import { gateCount, gateDepthCm } from '#protocol/ld2410/frame.ts';
import type { Report, Target } from '#protocol/ld2410/report.ts';
import type { RadarModule } from './module.ts';

/** Who is in the room. */
export interface Room {
  presence: 'moving' | 'still' | 'none';
  distanceCm: number;
  /** How much of the radar's wave comes back, 0 to 100. */
  energy: number;
}

export interface Sight {
  /** What the module reports now. */
  report(): Report;
  /** It has lost its memory of who was there. */
  forget(): void;
}

const nothing: Target = { distanceCm: 0, energy: 0 };
const noOne: Report = { state: 'none', moving: nothing, still: nothing, distanceCm: 0 };
/** The light before it, which newer firmware tells. */
const light = 0x60;

/** What a module makes of who is in the room: near enough, strong enough, and for a while after they were seen. */
export function createSight(module: RadarModule, room: Room, clock: Clock): Sight {
  let seenMs = Number.NEGATIVE_INFINITY;

  function isSeen(): boolean {
    const { presence, distanceCm, energy } = room;
    const parameters = module.parameters();
    const isMoving = presence === 'moving';
    const farthest = isMoving ? parameters.farthestMovingGate : parameters.farthestStillGate;
    const sensitivities = isMoving ? parameters.movingSensitivities : parameters.stillSensitivities;
    const gate = Math.floor(distanceCm / gateDepthCm);
    return presence !== 'none' && gate <= farthest && energy > (sensitivities[gate] ?? 100);
  }

  function basic(): Report {
    const target: Target = { distanceCm: room.distanceCm, energy: room.energy };
    if (isSeen()) {
      seenMs = clock.monotonicMs();
      const state = room.presence;
      return { ...noOne, state, [state]: target, distanceCm: room.distanceCm };
    }
    const isHeld = clock.monotonicMs() - seenMs < module.parameters().noOneSeconds * 1_000;
    return isHeld ? { ...noOne, state: 'still' } : noOne;
  }

  return {
    report() {
      const report = basic();
      if (!module.isEngineering()) return report;
      const energies = (target: Target): number[] =>
        Array.from({ length: gateCount }, (_, gate) =>
          target.energy > 0 && gate === Math.floor(target.distanceCm / gateDepthCm) ? target.energy : 0,
        );
      const { farthestMovingGate, farthestStillGate } = module.parameters();
      return {
        ...report,
        engineering: {
          farthestMovingGate,
          farthestStillGate,
          movingEnergies: energies(report.moving),
          stillEnergies: energies(report.still),
          // The level of the output, too: high while somebody is there.
          rest: Uint8Array.of(light, report.state === 'none' ? 0 : 1),
        },
      };
    },
    forget() {
      seenMs = Number.NEGATIVE_INFINITY;
    },
  };
}
