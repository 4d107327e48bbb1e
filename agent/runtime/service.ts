import type { HubState } from '#agent/hub/concern.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import type { ServiceManager } from './serviceManager.ts';
import { type Check, lateLimitMs, startWatchdog, timersOnTime } from './watchdog.ts';

/** To read through a damaged journal may take so long. */
const longSalvageMs = 15 * minuteMs;
/** How often its state is told where nobody watches. */
const unwatchedMs = 2 * minuteMs;

/** The hub as a service sees it. */
export interface ServedHub {
  agent: { state(): HubState; waiting(): { count: number } };
  /** How late the latest of the hub's timers is, milliseconds. */
  overdueMs(): number;
  /** Whether the journal takes what is committed, under a watchdog with this period. */
  journalCheck(periodMs: number): Check;
}

/** The hub is about to open its journal; until it is in service the manager must not lose patience. */
export function tellStarting(manager: ServiceManager | undefined): void {
  manager?.tell(`EXTEND_TIMEOUT_USEC=${longSalvageMs * 1_000}`, 'STATUS=Opens the journal');
}

/**
 * The journal is damaged and about to be read through, which holds the loop up: until the watchdog is fed again it must
 * not bite, and whoever asks the hub to end must wait (sd_notify(3)). What is told is in the helper's hands at once.
 */
export function tellSalvage(manager: ServiceManager | undefined): void {
  manager?.tell(`EXTEND_TIMEOUT_USEC=${longSalvageMs * 1_000}`, 'STATUS=Saves what can be read of a damaged journal');
}

/** The hub is in service: its manager is told so, and from now on how it is, and that it is well (B15.2). */
export function serve(hub: ServedHub, manager: ServiceManager | undefined, ports: { clock: Clock; log: Log }): Cancel {
  if (manager === undefined) return () => {};
  const { tell } = manager;
  const periodMs = manager.watchdogMs ?? unwatchedMs;
  tell('READY=1', `STATUS=${statusOf(hub)}`);
  return startWatchdog({
    ...ports,
    periodMs,
    checks: [timersOnTime(hub.overdueMs, lateLimitMs(periodMs)), hub.journalCheck(periodMs)],
    feed: () => tell('WATCHDOG=1', `STATUS=${statusOf(hub)}`),
    starve: (reason) => tell(`STATUS=Not well, ${reason}`),
  });
}

const modes: Readonly<Record<HubState['mode'], string>> = {
  'in-service': 'In service',
  installer: 'In service, in installer mode',
  enrolling: 'In service, open for new accessories',
  ended: 'Ended',
};

const paths: Readonly<Record<HubState['path'], string>> = {
  primary: 'on the primary path',
  reserve: 'on the reserve path',
  none: 'without a path to a centre',
};

/** One line for people: what `systemctl status` shows. */
function statusOf({ agent }: ServedHub): string {
  const { mode, path, configuration } = agent.state();
  const { count } = agent.waiting();
  const waits = count === 0 ? 'nothing waits' : count === 1 ? '1 report waits' : `${count} reports wait`;
  return `${modes[mode]}, ${paths[path]}; ${waits}; configuration ${configuration}`;
}
