import type { Values } from './responseValues.ts';
import { plain } from './responseValues.ts';

/**
 * What the SIM waits for, `+CPIN: <code>` (3GPP TS 27.007 8.3). A second PIN is not needed for anything a hub does; a lock
 * of the maker or the network needs a code that only people have, as a PUK does. Modems say `NOT READY` while the SIM
 * starts, and when it is pulled out.
 */
export type SimState = 'ready' | 'pin' | 'puk' | 'locked' | 'absent' | 'busy';

export function readSim(values: Values): SimState {
  const code = plain(values[0] ?? '').toUpperCase();
  if (code === 'READY' || code === 'SIM PIN2' || code === 'SIM PUK2') return 'ready';
  if (code === 'SIM PIN') return 'pin';
  if (code === 'SIM PUK') return 'puk';
  if (code === 'NOT INSERTED' || code === 'SIM REMOVED') return 'absent';
  return code.endsWith(' PIN') || code.endsWith(' PUK') ? 'locked' : 'busy';
}

const codes: Readonly<Record<SimState, string>> = {
  ready: 'READY',
  pin: 'SIM PIN',
  puk: 'SIM PUK',
  locked: 'PH-NET PIN',
  absent: 'NOT INSERTED',
  busy: 'NOT READY',
};

export function formatSim(state: SimState): string {
  return `+CPIN: ${codes[state]}`;
}
