import type { Clock } from '#protocol/core/time.ts';

/** The longest that anything here may take, on a slow machine with every other test beside it. */
const deadlineMs = 120_000;

/** Somebody who waits is asked again whenever something has happened. */
export interface Waits {
  /** Something has happened. */
  tell(): void;
  /** Kept when it is so; broken when the time is up, with what was awaited and how things stand. */
  until(what: string, isSo: () => boolean, standing?: () => string): Promise<void>;
}

export function createWaits(clock: Clock): Waits {
  const waiting = new Set<() => void>();
  return {
    tell: () => [...waiting].forEach((look) => look()),
    until: async (what, isSo, standing = () => '') =>
      await new Promise((resolve, reject) => {
        const cancel = clock.at(clock.monotonicMs() + deadlineMs, () => {
          waiting.delete(look);
          reject(new Error(`waited ${deadlineMs} ms for ${what}; ${standing()}`));
        });
        const look = (): void => {
          if (!isSo()) return;
          waiting.delete(look);
          cancel();
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
