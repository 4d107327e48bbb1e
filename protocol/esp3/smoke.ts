import { failure, success } from '#protocol/core/result.ts';
import { rorgs } from './constants.ts';
import type { Profile } from './profile.ts';

/**
 * EEP F6-05-02: the whole byte is the state; status bits mean nothing here. EEP has no state for the test button: it is
 * told as a rocker's (F6-02-01, button BI pressed), the one press that is none of the states.
 */
const states = [
  [0x00, 'smoke-over'],
  [0x10, 'smoke'],
  [0x30, 'battery-low'],
  [0x50, 'smoke-test'],
] as const;

export const smokeDetector: Profile = {
  title: 'Detectors: Smoke Detector',
  rorg: rorgs.repeatedSwitch,
  payloadLength: 1,
  decode({ payload }) {
    const state = states.find(([code]) => code === payload[0]);
    if (state !== undefined) return success({ event: state[1] });
    const message = `a smoke detector says 0 (over), 16 (smoke), 48 (battery low) or 80 (test button), not ${payload[0]}`;
    return failure({ code: 'unknown-value', message });
  },
  encode({ event }) {
    const state = states.find(([, name]) => name === event);
    return state && { rorg: rorgs.repeatedSwitch, payload: Uint8Array.from([state[0]]), status: 0 };
  },
};
