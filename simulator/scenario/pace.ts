import type { Clock } from '#protocol/core/time.ts';
import type { World } from '#simulator/world/world.ts';

/** Real time between two looks at the world: short enough that nobody sees the steps. */
const sliceMs = 50;

/** A world in virtual time, slowed down for a person to watch: `speed` of its seconds take one of the clock's. */
export function paceWorld(world: World, speed: number, clock: Clock): World {
  return {
    ...world,
    async advance(untilMs, stop) {
      const beganMs = clock.monotonicMs();
      const fromMs = world.nowMs();
      for (let slice = 1; ; slice += 1) {
        const nextMs = Math.min(untilMs, fromMs + slice * sliceMs * speed);
        await world.advance(nextMs, stop);
        if (stop?.() === true || world.nowMs() >= untilMs) return;
        await reached(clock, beganMs + slice * sliceMs);
      }
    },
  };
}

async function reached(clock: Clock, atMs: number): Promise<void> {
  await new Promise<void>((resolve) => clock.at(atMs, resolve));
}
