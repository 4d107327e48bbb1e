import type { Cancel, Clock, Random } from '#protocol/core/time.ts';
import { eventCodes, interByteTimeoutMs } from '#protocol/esp3/constants.ts';
import type { Frame } from '#protocol/esp3/frame.ts';
import { encodeMessage, type Message } from '#protocol/esp3/messages.ts';
import { createParser, type Esp3Item } from '#protocol/esp3/parser.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import { createFront, type Front } from '#devices/behaviours/behaviour.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import { createModule } from './module.ts';
import type { RadioProfile } from './profiles.ts';

/** From a reset until the module takes commands again. */
export const restartMs = 300;

/** CO_READY's reason for a start that nobody asked a question about (ESP3 2.4: "unknown reset"). */
const resetReason = 0x0a;

export interface ReceiverOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  profile: RadioProfile;
  /** The host sent a whole packet, or bytes that are none. */
  onCommand(asked: string, bytes: Uint8Array): void;
  onDiscarded(reason: string, bytes: Uint8Array): void;
  onRestarted(): void;
}

/** The receiver as a piece of hardware: it has power or not, starts, hears its host, and hands over what it receives. */
export interface Receiver {
  /** Hands bytes to the host as received from the air. False: it is not running, and they are lost. */
  handOver(bytes: Uint8Array): boolean;
  /** Gives it power or takes it away. */
  power(on: boolean): void;
  /** The faults in front of it. */
  front: Front;
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const { line, clock, random, profile } = options;
  const module = createModule(profile);
  const front = createFront({ clock, random, write: (bytes) => line.write(bytes), restart });
  let parser = createParser();
  let cancelIdle: Cancel | undefined;
  let cancelStart: Cancel | undefined;
  let state: 'off' | 'starting' | 'running' = 'running';

  line.onReceived((bytes) => {
    if (state !== 'running') return;
    cancelIdle?.();
    hear(parser.push(bytes));
    if (!parser.waiting()) return;
    cancelIdle = clock.at(clock.monotonicMs() + interByteTimeoutMs, () => hear(parser.idle()));
  });

  function hear(items: readonly Esp3Item[]): void {
    for (const item of items) {
      // What stands behind a reset in the same piece is lost with everything else in the module's memory.
      if (state !== 'running') return;
      if (item.kind === 'discarded') options.onDiscarded(item.reason, item.bytes);
      else answer(item, item.bytes);
    }
  }

  function answer(frame: Frame, bytes: Uint8Array): void {
    const { asked, response, restarts } = module.exchange(frame);
    options.onCommand(asked, bytes);
    if (response === undefined || front.takesCommand()) return;
    front.send({ kind: 'answer', bytes: bytesOf({ type: 'response', ...response }) });
    if (restarts === true) restart();
  }

  function restart(): void {
    stop('starting');
    cancelStart = clock.at(clock.monotonicMs() + restartMs, () => {
      state = 'running';
      options.onRestarted();
      if (!profile.saysReady) return;
      const data = Uint8Array.of(resetReason);
      const ready = bytesOf({ type: 'event', code: eventCodes.ready, data, optional: new Uint8Array() });
      front.send({ kind: 'unasked', bytes: ready });
    });
  }

  function stop(next: 'off' | 'starting'): void {
    state = next;
    cancelStart?.();
    cancelIdle?.();
    parser = createParser();
    front.forget();
  }

  return {
    handOver(bytes) {
      if (state !== 'running') return false;
      front.send({ kind: 'unasked', bytes });
      return true;
    },
    power(on) {
      if (!on) stop('off');
      else if (state === 'off') restart();
    },
    front,
  };
}

function bytesOf(message: Message): Uint8Array {
  return encodeFrame(encodeMessage(message));
}
