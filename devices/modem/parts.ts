import type { Clock } from '#protocol/core/time.ts';
import type { ModemProfile } from './profiles.ts';
import type { Handlers } from './reply.ts';
import type { Timers } from './timers.ts';

/** What the device tells whoever watches it. */
export type ModemEvent =
  /** `asked` is the command line; a PIN in it is left out. */
  | { event: 'command'; asked: string }
  | { event: 'discarded'; reason: string; bytes: Uint8Array }
  /** The hub has sent a message; of a long one the whole text, when its last part has gone out. */
  | { event: 'sms-sent'; to: string; text: string; parts: number }
  | { event: 'dialled'; to: string }
  /** The hub has taken a call, or ended or refused one. */
  | { event: 'answered' | 'hung-up' }
  /** The hub has pressed a key in a call. */
  | { event: 'key'; digit: string }
  /** Its own receiver of positions was switched on or off. */
  | { event: 'positions'; on: boolean }
  | { event: 'restarted' };

/** What each part of the modem is handed. */
export interface PartContext {
  clock: Clock;
  profile: ModemProfile;
  /** End with the modem's power. */
  timers: Timers;
  /** Go on while the modem is off: the network's, and other people's. */
  worldTimers: Timers;
  /** Says something unasked: lines that belong together. */
  say(...lines: string[]): void;
  tell(event: ModemEvent): void;
}

/** A part of the modem: the commands that it answers, and its memory. */
export interface ModemPart {
  handlers: Handlers;
  /** Everything that is forgotten with the power. */
  restarted(): void;
}
