import { startChart } from '#agent/hub/actors.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { MobileStatus, Modem } from '#agent/hub/devices.ts';
import { pinChart, type PinDecision, type PinEvent } from './pin.chart.ts';

/** Kept from before a PIN is tried until it has turned out to be right: its hash, and what is known of it. */
const pinKey = 'mobile/pin';

interface Tried {
  hash: string;
  is: 'tried' | 'wrong';
}

export interface PinPorts {
  hash(text: string): string;
  enter: Modem['enterPin'];
  /** Whether it is refused has changed. */
  onChange(): void;
}

export interface Pin {
  sim(is: MobileStatus['sim']): void;
  /** Another PIN may be configured now. */
  reconfigured(): void;
  /** The SIM asks, and there is no PIN that may be tried. */
  isRefused(): boolean;
}

/** Gives the SIM its PIN, once (B7.2). The PIN itself is neither kept nor logged. */
export function createPin(context: HubContext, { hash, enter, onChange }: PinPorts): Pin {
  const { configuration, facts, log, reports } = context;
  const chart = startChart(pinChart, log);
  let sim: MobileStatus['sim'] = 'unknown';
  let refused = false;
  let trying = false;

  function tried(): Tried | undefined {
    const kept = facts.get(pinKey);
    return isTried(kept) ? kept : undefined;
  }

  function hashOf(pin: string): string {
    return hash(`${configuration().hub} ${pin}`);
  }

  function configured(): 'none' | 'tried' | 'new' {
    const { pin } = configuration().modem;
    if (pin === undefined) return 'none';
    return tried()?.hash === hashOf(pin) ? 'tried' : 'new';
  }

  function send(event: PinEvent): void {
    chart.send(event).forEach(carryOut);
  }

  function carryOut({ type }: PinDecision): void {
    switch (type) {
      case 'try':
        tryIt(configuration().modem.pin ?? '');
        break;
      case 'forget':
        reports.keep([{ key: pinKey, value: undefined }]);
        break;
      case 'remember':
        log.error({ step: 'link' }, 'the configured PIN is wrong; it is not tried again');
        reports.note('link', { pin: 'wrong' }, [{ key: pinKey, value: { ...tried(), is: 'wrong' } }]);
        break;
      case 'refuse':
        log.error({ step: 'link', pin: configured() }, 'the SIM asks for a PIN that the hub does not have');
        refused = true;
        break;
    }
  }

  /** Written down first: whatever happens now, it is not tried again. */
  function tryIt(pin: string): void {
    refused = false;
    trying = true;
    const value: Tried = { hash: hashOf(pin), is: 'tried' };
    reports.note('link', { pin: 'tried' }, [{ key: pinKey, value }]);
    enter(pin, (outcome) => {
      trying = false;
      log.info({ step: 'link', outcome }, 'the PIN was tried');
      send({ type: outcome });
      onChange();
    });
  }

  return {
    sim(is) {
      const before = sim;
      sim = is;
      if (is === before || trying) return;
      if (is === 'pin-required') {
        send({ type: 'asked', pin: configured() });
        return;
      }
      if (refused) {
        refused = false;
        send({ type: 'quiet' });
      }
      // The hub ended before it heard the outcome, and the SIM is open: it was right.
      if (is === 'ready' && tried()?.is === 'tried') reports.keep([{ key: pinKey, value: undefined }]);
    },
    reconfigured() {
      if (sim === 'pin-required' && refused && configured() === 'new') {
        send({ type: 'asked', pin: 'new' });
        onChange();
      }
    },
    isRefused: () => refused,
  };
}

function isTried(value: unknown): value is Tried {
  return typeof value === 'object' && value !== null && 'hash' in value && 'is' in value;
}
