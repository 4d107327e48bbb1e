import type { MobileStatus } from '#agent/hub/devices.ts';
import type { Response, Result } from '#protocol/at/response.ts';
import { cmeNumbers } from '#protocol/at/responseErrors.ts';
import { readAttached, readContextAddress } from '#protocol/at/statusData.ts';
import { type Operator, readOperator } from '#protocol/at/statusOperator.ts';
import {
  type Access,
  type Registration,
  type RegistrationPrefix,
  readRegistration,
  registrationPrefixes,
} from '#protocol/at/statusRegistration.ts';
import { readExtendedSignal, readSignal, type SignalDbm } from '#protocol/at/statusSignal.ts';
import { readSim } from '#protocol/at/statusSim.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { ModemReception } from './reception.ts';
import { type Ask, inTurn, type Step, valuesOf } from './steps.ts';

/** B7.3 asks for 60 s; a change that no modem tells by itself, the signal for example, is seen within this. */
export const lookEveryMs = 30 * secondMs;
/** Until the modem is registered. */
const lookAnxiouslyEveryMs = 5 * secondMs;
/** What a modem says unasked comes in swarms. */
const lookSoonMs = 300;
/** A SIM that starts is "absent" to some modems: it is believed when it lasts. */
export const simAbsentAfterMs = 10 * secondMs;

const unknown: MobileStatus = { sim: 'unknown', registration: 'none', access: 'none', data: false };

export interface StatusParts {
  clock: Clock;
  ask: Ask;
  reception: ModemReception;
  /** A look is over: what it saw, whether it changed or not. */
  seen(status: MobileStatus): void;
}

export interface StatusWatch {
  /** The modem is set up: it is looked at now, and from then on. */
  begin(): void;
  /** Something has changed. */
  soon(): void;
  /** The modem is away: nothing is known, and nothing is asked until `begin`. */
  lost(): void;
  latest(): MobileStatus;
}

/** What one look has seen so far. */
interface Sight {
  sim: MobileStatus['sim'];
  registrations: Partial<Record<RegistrationPrefix, Registration>>;
  operator: Operator;
  signalDbm: SignalDbm;
  attached: boolean;
  hasAddress: boolean;
}

/** Looks at SIM, network, signal and data from time to time, and when the modem says that something changed (B7.3). */
export function createStatusWatch({ clock, ask, reception, seen }: StatusParts): StatusWatch {
  let latest = unknown;
  let isLooking = false;
  let isWatching = false;
  let looksAgain = false;
  let absentSinceMs: number | undefined;
  let cancelNext: Cancel = () => {};

  function after(delayMs: number): void {
    cancelNext();
    cancelNext = clock.at(clock.monotonicMs() + delayMs, look);
  }

  function look(): void {
    if (isLooking || !isWatching) return;
    isLooking = true;
    looksAgain = false;
    const sight: Sight = {
      sim: 'unknown',
      registrations: {},
      operator: {},
      signalDbm: undefined,
      attached: false,
      hasAddress: false,
    };
    inTurn(ask, 'look', [simStep(sight), signalStep(sight)], (isSeen) => {
      if (isSeen && sight.sim === 'ready') inTurn(ask, 'look', serviceSteps(sight), (all) => over(all, sight));
      else over(isSeen, sight);
    });
  }

  function over(isSeen: boolean, sight: Sight): void {
    isLooking = false;
    if (!isWatching) return;
    if (isSeen) {
      latest = combine(sight);
      seen(latest);
    }
    const isCalm = isSeen && isServed(latest);
    if (looksAgain) after(lookSoonMs);
    else after(isCalm ? lookEveryMs : lookAnxiouslyEveryMs);
  }

  /** A value that no modem should say is counted, and nothing is concluded from it. */
  function take<Value>(read: ReadResult<Value>, use: (value: Value) => void): void {
    if (read.ok) use(read.value);
    else reception.unreadable(read.problem.message);
  }

  function simStep(sight: Sight): Step {
    return {
      line: 'AT+CPIN?',
      prefix: '+CPIN',
      mustTell: true,
      told(lines) {
        sight.sim = simOf(readSim(valuesOf(lines)));
      },
      refused(result) {
        sight.sim = simByError(result);
      },
    };
  }

  function signalStep(sight: Sight): Step {
    return {
      line: 'AT+CSQ',
      prefix: '+CSQ',
      mustTell: true,
      told: (lines) => take(readSignal(valuesOf(lines)), (dbm) => (sight.signalDbm = dbm)),
    };
  }

  /** Some modems know the strength of 4G only here. */
  function extendedSignalStep(sight: Sight): Step {
    return {
      line: 'AT+CESQ',
      prefix: '+CESQ',
      told: (lines) =>
        take(readExtendedSignal(valuesOf(lines)), ({ rxlevDbm, rscpDbm, rsrpDbm }) => {
          sight.signalDbm = rsrpDbm ?? rscpDbm ?? rxlevDbm;
        }),
    };
  }

  function serviceSteps(sight: Sight): Step[] {
    const registration = (prefix: RegistrationPrefix): Step => ({
      line: `AT${prefix}?`,
      prefix,
      mustTell: true,
      told: (lines) => take(readRegistration(prefix, valuesOf(lines)), (is) => (sight.registrations[prefix] = is)),
    });
    return [
      ...(sight.signalDbm === undefined ? [extendedSignalStep(sight)] : []),
      ...registrationPrefixes.map(registration),
      {
        line: 'AT+COPS?',
        prefix: '+COPS',
        mustTell: true,
        told: (lines) => take(readOperator(valuesOf(lines)), (operator) => (sight.operator = operator)),
      },
      {
        line: 'AT+CGATT?',
        prefix: '+CGATT',
        mustTell: true,
        told: (lines) => take(readAttached(valuesOf(lines)), (attached) => (sight.attached = attached)),
      },
      {
        line: 'AT+CGPADDR',
        prefix: '+CGPADDR',
        told: (lines) => lines.forEach((line) => takeAddress(line, sight)),
      },
    ];
  }

  function takeAddress(line: Response, sight: Sight): void {
    if (line.type !== 'information') return;
    take(readContextAddress(line.values), ({ address }) => (sight.hasAddress ||= address !== undefined));
  }

  function combine(sight: Sight): MobileStatus {
    const { signalDbm, operator } = sight;
    const signal = signalDbm === undefined ? {} : { signalDbm };
    const sim = believed(sight.sim);
    if (sim !== 'ready') return { sim, registration: 'none', access: 'none', ...signal, data: false };
    const registration = registrationOf(sight);
    if (!isRegistered(registration)) return { sim, registration, access: 'none', ...signal, data: false };
    const access = accessOf(sight) ?? 'none';
    const name = operator.name === undefined ? {} : { operator: operator.name.slice(0, 64) };
    return { sim, registration, access, ...name, ...signal, data: sight.attached && sight.hasAddress };
  }

  function believed(sim: MobileStatus['sim']): MobileStatus['sim'] {
    if (sim !== 'absent') {
      absentSinceMs = undefined;
      return sim;
    }
    absentSinceMs ??= clock.monotonicMs();
    return clock.monotonicMs() - absentSinceMs >= simAbsentAfterMs ? 'absent' : 'unknown';
  }

  return {
    begin() {
      isWatching = true;
      look();
    },
    soon() {
      if (!isWatching) return;
      if (isLooking) looksAgain = true;
      else after(lookSoonMs);
    },
    lost() {
      isWatching = false;
      absentSinceMs = undefined;
      cancelNext();
      latest = unknown;
    },
    latest: () => latest,
  };
}

type ReadResult<Value> = { ok: true; value: Value } | { ok: false; problem: { message: string } };

export function isServed({ sim, registration }: MobileStatus): boolean {
  return sim === 'ready' && isRegistered(registration);
}

function isRegistered(registration: MobileStatus['registration']): boolean {
  return registration === 'home' || registration === 'roaming';
}

function simOf(state: ReturnType<typeof readSim>): MobileStatus['sim'] {
  switch (state) {
    case 'ready':
    case 'absent':
      return state;
    case 'pin':
      return 'pin-required';
    case 'puk':
    case 'locked':
      return 'puk-required';
    case 'busy':
      return 'unknown';
  }
}

/** A SIM that fails is to a hub as one that is not there: people must look. */
function simByError(result: Result): MobileStatus['sim'] {
  switch (result.kind === 'cme' ? result.number : undefined) {
    case cmeNumbers.simNotInserted:
    case cmeNumbers.simFailure:
      return 'absent';
    case cmeNumbers.simPinRequired:
      return 'pin-required';
    case cmeNumbers.simPukRequired:
      return 'puk-required';
    default:
      return 'unknown';
  }
}

/** By importance: registered in any of the three domains is registered; denied in one while another searches is searching. */
function registrationOf({ registrations }: Sight): MobileStatus['registration'] {
  const states = registrationPrefixes.map((prefix) => registrations[prefix]?.state);
  const is = (...some: Registration['state'][]): boolean =>
    states.some((state) => state !== undefined && some.includes(state));
  if (is('home', 'home-messages-only', 'home-no-fallback')) return 'home';
  if (is('roaming', 'roaming-messages-only', 'roaming-no-fallback')) return 'roaming';
  if (is('searching', 'unknown')) return 'searching';
  return is('denied', 'emergency-only') ? 'denied' : 'none';
}

function accessOf({ registrations, operator }: Sight): Access | undefined {
  const told = registrationPrefixes.map((prefix) => registrations[prefix]);
  const served = told.filter(
    (one) => one?.state.startsWith('home') === true || one?.state.startsWith('roaming') === true,
  );
  return operator.access ?? served.find((one) => one?.access !== undefined)?.access;
}
