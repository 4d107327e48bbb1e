import { type FrontButton, frontButtons } from '#agent/hub/devices.ts';
import { startSession } from '#agent/lines/session.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import { createInputParser, inputTypes, keyValues } from '#protocol/evdev/event.ts';
import { keyCodes, type KeyName } from '#protocol/evdev/keys.ts';

/** Nobody holds a button so long: it is stuck, or something lies on it. */
const stuckAfterMs = minuteMs;

export interface ButtonsOptions {
  /** The input device of the buttons, as a line that only speaks. */
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  keys: Readonly<Record<FrontButton, KeyName>>;
  onPress(button: FrontButton): void;
  /** Whether the buttons can be pressed; said at a change. */
  onHealth(problem: string | undefined): void;
}

export interface Buttons {
  stop(): void;
}

/** The hub's own buttons. A press counts when the button goes down; what the kernel repeats while it is held does not. */
export function startButtons({ openLine, clock, log, keys, onPress, onHealth }: ButtonsOptions): Buttons {
  const parser = createInputParser();
  const held = new Map<FrontButton, Cancel>();
  const stuck = new Set<FrontButton>();
  let lineProblem: string | undefined;

  function tellHealth(): void {
    const [first] = stuck;
    onHealth(lineProblem ?? (first === undefined ? undefined : `the ${first} button is held down, or stuck`));
  }

  function forget(): void {
    parser.reset();
    held.forEach((cancel) => cancel());
    held.clear();
    stuck.clear();
  }

  function changed(button: FrontButton, value: number): void {
    if (value === keyValues.repeat) return;
    held.get(button)?.();
    held.delete(button);
    if (stuck.delete(button)) tellHealth();
    if (value !== keyValues.down) return;
    held.set(
      button,
      clock.at(clock.monotonicMs() + stuckAfterMs, () => {
        stuck.add(button);
        tellHealth();
      }),
    );
    onPress(button);
  }

  const session = startSession({
    name: 'front',
    openLine,
    // A device of the kernel's has no rate.
    lineSettings: { baudRate: 0 },
    clock,
    log,
    device: {
      restarted: forget,
      received(bytes) {
        for (const { type, code, value } of parser.push(bytes)) {
          const button = frontButtons.find((one) => keyCodes[keys[one]] === code);
          if (type === inputTypes.key && button !== undefined) changed(button, value);
        }
      },
    },
    listener: {
      ready() {
        lineProblem = undefined;
        tellHealth();
      },
      failing(reason) {
        lineProblem = reason;
        tellHealth();
      },
    },
  });
  return {
    stop() {
      forget();
      session.stop();
    },
  };
}
