/**
 * How both centres' people and telephones are, beside the manner in which a centre answers reports. A scenario says it in
 * its head, under `centre:`.
 */
export interface CentreHabits {
  /** How long an operator lets it ring; undefined: nobody answers. */
  answersAfterMs: number | undefined;
  /** From the answer on, until the operator hangs up. */
  talksForMs: number;
  /** What the acknowledgement of an alarm asks for (B3.1). */
  call: CallWish;
  /** SCAIP's `mre` of that call. */
  mode: (typeof callModes)[number];
  /** Whether somebody answers short messages, as the centre's number (B2.8). */
  answersMessages: boolean;
  /** The interval that answers to heartbeats set (B4.5); undefined: none. */
  heartbeatMinutes: number | undefined;
}

/** The hub calls its predefined receiver, or a number given to it, or opens a window for the centre to call; or nothing. */
export type CallWish = 'predefined' | 'number' | 'none' | { callbackMinutes: number };

export const callWishes = ['predefined', 'number', 'none'] as const satisfies readonly CallWish[];

export const callModes = ['duplex', 'microphone-only', 'speaker-only'] as const;

export const usualHabits: CentreHabits = {
  answersAfterMs: 8_000,
  talksForMs: 60_000,
  call: 'predefined',
  mode: 'duplex',
  answersMessages: false,
  heartbeatMinutes: undefined,
};
