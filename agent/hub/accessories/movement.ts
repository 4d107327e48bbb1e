import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import { hourMs } from '#protocol/core/time.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { Kept } from '#agent/hub/ports.ts';
import { alarmOf, type Guard, type GuardParts } from './guard.ts';
import { inactivityChart, type InactivityDecision, type InactivityEvent } from './inactivity.chart.ts';
import { inactivitySilencedBy, kindRules } from './kinds.ts';
import { movementChart } from './movement.chart.ts';

const priority = 7;

/** The last movement is written down so often at most: a sensor in a kitchen would wear out the card. */
const writtenEveryMs = hourMs;

/** A motion sensor or radar guards against movement, or with `inactivity` against none; or it guards nothing (B8.1). */
export function createMovement(parts: GuardParts): Guard {
  const { hours, inactivityMs } = parts.accessory;
  if (inactivityMs !== undefined) return createInactivity(parts, inactivityMs);
  return hours === undefined ? {} : createMovementGuard(parts);
}

function createMovementGuard({ context, accessory, hours, isSilenced }: GuardParts): Guard {
  const { tell, log } = context;
  const { hours: guarded = [], kind } = accessory;
  const chart = startChart(movementChart, log);
  return {
    heard(event) {
      const moves = isMovement(event);
      const isGuarded = moves === true && !isSilenced(kindRules[kind].silencedBy) && hours.isInside(guarded);
      const told = isGuarded ? ({ type: 'moved' } as const) : ({ type: 'stilled' } as const);
      if ((moves === false || isGuarded) && chart.can(told)) {
        for (const _raise of chart.send(told)) tell.triggered(alarmOf(accessory, statusCodes.movement, priority));
      }
    },
  };
}

/**
 * Only the time inside the hours counts; without hours all of it. What is written of the last movement may be an hour old:
 * after a restart the alarm comes up to an hour late, and never too early.
 */
function createInactivity({ context, accessory, hours, isSilenced }: GuardParts, inactivityMs: number): Guard {
  const { clock, deadlines, reports, tell, log } = context;
  const { name, hours: guarded } = accessory;
  const chart = startChart(inactivityChart, log);
  const deadline = `inactivity/${name}`;
  /** When the deadline was set in this run, and when somebody moved since then; milliseconds on the monotonic clock. */
  let setMs: number | undefined;
  let movedMs: number | undefined;

  const isOff = (): boolean => isSilenced(inactivitySilencedBy);

  function send(event: InactivityEvent): void {
    if (chart.can(event)) chart.send(event).forEach(carryOut);
  }

  function carryOut({ type }: InactivityDecision): void {
    if (type === 'raise') tell.triggered(alarmOf(accessory, statusCodes.inactive, priority), [unwatch()]);
    else if (type === 'unwatch') reports.keep([unwatch()]);
    else watch();
  }

  function watch(): void {
    const nowMs = clock.monotonicMs();
    movedMs = nowMs;
    if (setMs !== undefined && deadlines.isSet(deadline) && nowMs - setMs < writtenEveryMs) return;
    setIn(guarded === undefined ? inactivityMs : hours.untilInside(guarded, inactivityMs));
  }

  function setIn(ms: number | undefined): void {
    if (ms === undefined) return;
    setMs = clock.monotonicMs();
    reports.keep([deadlines.set(deadline, ms)]);
  }

  function unwatch(): Kept {
    setMs = undefined;
    return deadlines.clear(deadline);
  }

  /** Somebody may have moved since the deadline was set; in an earlier run nobody knows when. */
  function due(): void {
    if (setMs === undefined) {
      setIn(writtenEveryMs);
      return;
    }
    const sinceMs = (movedMs ?? setMs) - setMs;
    movedMs = setMs;
    if (sinceMs <= 0) send({ type: 'due' });
    else setIn(guarded === undefined ? sinceMs : hours.untilInside(guarded, sinceMs));
  }

  return {
    heard(event) {
      if (isMovement(event) === true) send({ type: 'moved' });
    },
    restore() {
      deadlines.when(deadline, due);
      if (deadlines.isKept(deadline)) chart.send({ type: 'restored' });
    },
    start() {
      send({ type: 'started' });
      if (isOff()) send({ type: 'silenced' });
    },
    silenceChanged: () => send({ type: isOff() ? 'silenced' : 'resumed' }),
    drop() {
      if (deadlines.isKept(deadline)) reports.keep([unwatch()]);
    },
  };
}

function isMovement(event: ProfileEvent): boolean | undefined {
  return event.event === 'occupancy' ? event.occupied : undefined;
}
