import { minuteMs } from '#protocol/core/time.ts';
import type { Concern, HubContext } from './concern.ts';

/** The home is shown for so long that the centre has taken its alarm. */
export const acknowledgedShownMs = minuteMs;

/** What the home sees and hears of its alarms and of the way to the centre (B9.5). Tests show nothing (B5.2). */
export function createHomeSignals({ display }: HubContext): Concern {
  /** Alarms that wait; as many at most as devices can raise. */
  const waiting = new Set<string>();

  return {
    waits({ report, ref }) {
      if (report === 'alarm') waiting.add(ref);
    },
    start() {
      display.light('ready', true);
      display.light('no-connection', true);
      display.light('alarm', waiting.size > 0);
    },
    reported({ report, ref }) {
      if (report !== 'alarm') return;
      waiting.add(ref);
      display.light('alarm', true);
      display.play('alarm');
    },
    acknowledged({ ref }) {
      if (!waiting.delete(ref)) return;
      if (waiting.size === 0) display.light('alarm', false);
      display.flash('acknowledged', acknowledgedShownMs);
      display.play('acknowledged');
    },
    pathChanged: (path) => display.light('no-connection', path === 'none'),
  };
}
