import { setTimeout as pause } from 'node:timers/promises';
import { pauseMs, pressesInTurn } from './pressSchedule.ts';

/** What the benchmark asks of a side: so many presses, each with a heartbeat right before its alarm where wanted. */
export interface PressRequest {
  count: number;
  behindHeartbeat: boolean;
}

/** Milliseconds of each press. */
export type PressAnswer = readonly number[];

/** One hub with its line, real or reduced to the floor. */
export interface PressedHub {
  write(bytes: Uint8Array): void;
  /** The next press is to have a heartbeat right before its alarm. */
  arm(): void;
  /** Kept with the moment at which the centre's answer to the press under way counted. */
  answered(): Promise<number>;
}

/** A press that takes longer than this has been lost, and the benchmark is wrong or the product is. */
const lostAfterMs = 8_000;

/** Says that it is ready, and then does what the benchmark asks until it is ended. */
export function servePresses(hub: PressedHub): void {
  const next = pressesInTurn();

  async function pressOnce(behindHeartbeat: boolean): Promise<number> {
    const press = next();
    await pause(Math.max(pauseMs, press.waitMs(performance.now())));
    press.pressed(performance.now());
    if (behindHeartbeat) hub.arm();
    const lost = setTimeout(() => {
      throw new Error(`no answer to a press within ${lostAfterMs} ms`);
    }, lostAfterMs);
    const answered = hub.answered();
    const startedMs = performance.now();
    hub.write(press.bytes);
    const tookMs = (await answered) - startedMs;
    clearTimeout(lost);
    return tookMs;
  }

  async function serve({ count, behindHeartbeat }: PressRequest): Promise<void> {
    const times: number[] = [];
    while (times.length < count) times.push(await pressOnce(behindHeartbeat));
    process.send?.(times satisfies PressAnswer);
  }

  process.on('message', (request: PressRequest) => void serve(request));
  // Whoever asked is gone: nobody is left to end this process.
  process.on('disconnect', () => process.exit(1));
  process.send?.([]);
}
