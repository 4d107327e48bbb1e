import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEndingClock } from '#agent/runtime/endingClock.ts';
import { type Clock, secondMs } from '#protocol/core/time.ts';
import type { StartBrokerService } from '#simulator/network/realBroker.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { furnish, type Furnishing } from './furnishing.ts';
import type { HubMachine } from './hubMachine.ts';
import { watchHoldUps } from './heldUp.ts';
import { performAction } from './performAction.ts';
import { stateOf } from './side.ts';
import { createRecorder } from './recorder.ts';
import { type OpenWorld, stateAtBegin, type World, type WorldOptions } from './world.ts';

/** The hub has so long to come into service. */
const bringUpLimitMs = 30 * secondMs;

/** The device's bytes have so long to reach the hub before the next step. Unread ones, of a closed port, never do. */
const bytesLimitMs = secondMs;

export interface RealWorldPorts {
  clock: Clock;
  startBroker: StartBrokerService;
}

/**
 * A world in real time: the same agent on a pseudo terminal, real sockets, real files and a broker for each centre. The
 * hub is killed by taking everything from it at once; `lines` difficulties are those of the real thing.
 */
export function openRealWorlds(ports: RealWorldPorts): OpenWorld {
  return async (options) => {
    const clock = createEndingClock(ports.clock);
    const opened = [() => Promise.resolve(clock.end())];
    const close = async (): Promise<void> => {
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last();
    };
    try {
      return { ...(await open(options, { ...ports, clock }, (closer) => opened.push(closer))), close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

async function open(
  options: WorldOptions,
  { clock: realClock, startBroker }: RealWorldPorts,
  closeLater: Furnishing['closeLater'],
): Promise<Omit<World, 'close'>> {
  const shiftMs = options.startWallMs - realClock.wallMs();
  const clock: Clock = { ...realClock, wallMs: () => realClock.wallMs() + shiftMs, wallTrusted: () => true };
  const folder = mkdtempSync(join(tmpdir(), 'welfare-hub-'));
  closeLater(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  const happenings = createHappenings();
  let startMs = clock.monotonicMs();
  const nowMs = (): number => Math.floor(clock.monotonicMs() - startMs);
  const recorder = createRecorder(nowMs, happenings.tell);
  let beats = 0;
  const parts = await furnish({
    ...options,
    folder,
    clock,
    startBroker,
    closeLater,
    random: (part) => createSeededRandom(Math.imul(options.seed + 1, 0x9e37_79b1) + part),
    recorder: {
      ...recorder,
      note(event) {
        if (event.kind === 'heartbeat') beats += 1;
        recorder.note(event);
      },
    },
    inServiceAtMs: clock.monotonicMs(),
  });
  const { machine, broker, bytesUnderWay, areDevicesHeard } = parts;

  async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = clock.monotonicMs() + limitMs;
    while (!isSo() && clock.monotonicMs() < endMs) await happenings.next(clock, endMs);
    return isSo();
  }

  if (!(await until(() => isInService(machine) && beats > 0 && areDevicesHeard(), bringUpLimitMs))) {
    throw new Error(`the hub did not come into service within ${bringUpLimitMs / secondMs} s`);
  }
  startMs = clock.monotonicMs();
  recorder.begin();
  const events = recorder.events();

  return {
    nowMs,
    async advance(untilMs, stop = () => false) {
      await until(stop, untilMs - nowMs());
    },
    async perform(action) {
      recorder.note({ kind: 'action', action });
      const outcome = performAction(parts, action);
      await broker.settled();
      await until(() => bytesUnderWay() <= 0, bytesLimitMs);
      return outcome;
    },
    events: () => events,
    state: () => ({
      ...stateAtBegin,
      ...stateOf(parts.sides),
      ...machine.state(),
    }),
    journalFile: () => join(folder, 'journal.db'),
    sizes: () => ({ journalBytes: statSync(join(folder, 'journal.db')).size }),
    heldUpMs: watchHoldUps(clock),
    traceHash: recorder.hash,
  };
}

/** Wakes who waits for something to happen. */
function createHappenings() {
  let wake = (): void => {};
  return {
    tell: () => wake(),
    /** Kept when something has happened, or at the given time. */
    next: async (clock: Clock, untilMs: number) =>
      await new Promise<void>((resolve) => {
        const cancel = clock.at(untilMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      }),
  };
}

function isInService(machine: HubMachine): boolean {
  return machine.state().path === 'primary' && machine.isConnected('reserve');
}
