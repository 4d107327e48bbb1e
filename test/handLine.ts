import type { LineListener, LineSettings, OpenLine } from '#protocol/core/line.ts';
import type { Clock } from '#protocol/core/time.ts';

/** A line whose other end is in a test's hand. */
export interface HandLine {
  openLine: OpenLine;
  /** Hands bytes to whoever has the line open. */
  receive(bytes: Uint8Array): void;
  /** Called with each write; replaced by the test that plays the device. */
  onWrite: (bytes: Uint8Array) => void;
  /** Pulled out, the port is gone; put back, it can be opened again. */
  unplug(): void;
  plug(): void;
  /** What the hub did to the line, in order: opened, not opened, closed. */
  story: string[];
  lastSettings(): LineSettings | undefined;
}

/** Opens at once, but never inside the call. */
export function createHandLine(clock: Clock): HandLine {
  let current: LineListener | undefined;
  let plugged = true;
  let lastSettings: LineSettings | undefined;
  const soon = (action: () => void) => clock.at(clock.monotonicMs(), action);

  const hand: HandLine = {
    openLine(settings, listener) {
      lastSettings = settings;
      current = listener;
      const isMine = (): boolean => current === listener;
      soon(() => {
        if (!isMine()) return;
        hand.story.push(plugged ? 'opened' : 'not opened');
        if (plugged) listener.opened();
        else lose('no such port');
      });
      return {
        write(bytes) {
          if (isMine()) hand.onWrite(bytes);
        },
        close() {
          if (!isMine()) return;
          hand.story.push('closed');
          current = undefined;
        },
      };
    },
    receive: (bytes) => current?.received(bytes),
    onWrite: () => undefined,
    unplug() {
      plugged = false;
      lose('unplugged');
    },
    plug() {
      plugged = true;
    },
    story: [],
    lastSettings: () => lastSettings,
  };

  function lose(reason: string): void {
    const listener = current;
    current = undefined;
    listener?.closed(reason);
  }

  return hand;
}
