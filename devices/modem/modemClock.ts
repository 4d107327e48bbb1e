import { formatClock, readClock } from '#protocol/at/statusClock.ts';
import type { ModemPart, PartContext } from './parts.ts';
import { error, type Handler, numberSetting, ok, told } from './reply.ts';

/** Where a clock begins that nobody has set (EC2x AT commands; GPS's first day). */
const unsetMs = Date.UTC(1980, 0, 6);

/** Central European winter time, in quarters of an hour. */
const zoneQuarters = 4;

/** From registration to the network's telling the time. */
const networkTimeAfterMs = 1_500;

export interface ModemClock extends ModemPart {
  /** The modem is served by a network, or no longer. */
  served(is: boolean): void;
}

/** The modem's clock, and the network's time that sets it (3GPP TS 27.007 8.15, 8.40 and 8.41; 22.042). */
export function createModemClock({ clock, timers, say }: PartContext): ModemClock {
  let startedMs = clock.monotonicMs();
  /** What is to be added to the machine's own wall clock, when somebody has set the clock. */
  let setOffMs: number | undefined;
  /** The network has told the time since the modem has its power. */
  let isTold = true;
  const takes = numberSetting('+CTZU', { most: 3, initial: 1 });
  const tells = numberSetting('+CTZR', { most: 2 });

  function nowMs(): number {
    if (setOffMs !== undefined) return clock.wallMs() + setOffMs;
    if (isTold && takes.value() > 0) return clock.wallMs();
    return unsetMs + clock.monotonicMs() - startedMs;
  }

  const show: Handler = (command) => {
    if (command.form === 'test') return ok;
    if (command.form === 'ask') return told(formatClock(nowMs(), isTold ? zoneQuarters : 0));
    const read = readClock(command.parameters);
    if (command.form !== 'set' || !read.ok) return error;
    setOffMs = read.value - clock.wallMs();
    return ok;
  };

  return {
    handlers: { '+CCLK': show, '+CTZU': takes.handler, '+CTZR': tells.handler },
    served(is) {
      if (!is) return;
      timers.after(networkTimeAfterMs, () => {
        isTold = true;
        if (takes.value() > 0) setOffMs = undefined;
        if (tells.value() > 0) say(`+CTZV: "+${String(zoneQuarters).padStart(2, '0')}"`);
      });
    },
    restarted() {
      startedMs = clock.monotonicMs();
      setOffMs = undefined;
      isTold = false;
      takes.reset();
      tells.reset();
    },
  };
}
