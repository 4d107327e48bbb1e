import type { OpenLine } from '#protocol/core/line.ts';

/**
 * The rates of receivers, likeliest first: most modules; modems and newer modules; the newest of u-blox; and the
 * standard's own, which old ones keep. On USB any will do.
 */
export const gnssBaudRates = [9_600, 115_200, 38_400, 4_800] as const;

export interface Rates {
  /** Opens the line at the rate that is due. */
  openLine: OpenLine;
  /** Something was understood: it is the right one. */
  understood(): void;
  /** The receiver may have been exchanged. */
  forget(): void;
  /** The line is open, nobody was understood yet, and there are rates that were not tried. */
  hasUntried(): boolean;
}

/**
 * Tries one rate after the other, each time the line is opened, until a receiver is understood. A line that does not
 * open says nothing about its rate: who puts the plug back finds the one that was right.
 */
export function createRates(openLine: OpenLine): Rates {
  let index = 0;
  let known = false;
  let openInVain = false;

  return {
    openLine(settings, listener) {
      if (openInVain) index += 1;
      openInVain = false;
      const baudRate = gnssBaudRates[index % gnssBaudRates.length] ?? gnssBaudRates[0];
      return openLine(
        { ...settings, baudRate },
        {
          ...listener,
          opened() {
            openInVain = !known;
            listener.opened();
          },
          closed(reason) {
            openInVain = false;
            listener.closed(reason);
          },
        },
      );
    },
    understood() {
      known = true;
      openInVain = false;
    },
    forget() {
      known = false;
    },
    hasUntried: () => openInVain && index < gnssBaudRates.length - 1,
  };
}
