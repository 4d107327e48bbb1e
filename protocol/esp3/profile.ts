import type { Result } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import type { TelegramContent } from './telegram.ts';

/**
 * The buttons as EEP names them: rocker and direction. `several` is three or more held together, `push` the one of a
 * device that has no other.
 */
export type Button = 'AI' | 'A0' | 'BI' | 'B0' | 'CI' | 'C0' | 'DI' | 'D0' | 'several' | 'push';

/** What a telegram says once its sender's equipment profile is known. */
export type ProfileEvent =
  | { event: 'pressed'; button: Button; second?: Button }
  /** All buttons are up again; which one it was is not said. */
  | { event: 'released' }
  | { event: 'contact'; open: boolean }
  /** Smoke, now; `smoke-over` is its end. Two events, so that no reader takes the end for an alarm. */
  | { event: 'smoke' | 'smoke-over' }
  /** The test button of a smoke detector. */
  | { event: 'smoke-test' }
  /** The device's case was opened, or closed again. */
  | { event: 'tamper'; open: boolean }
  /** The device says that its battery is low, without a figure. */
  | { event: 'battery-low' }
  | { event: 'battery'; chargePercent: number }
  /** A figure that the device does not have, or that is out of its range, is left out. */
  | { event: 'occupancy'; occupied: boolean; supplyVolts?: number; illuminationLux?: number }
  | TeachIn
  /** A signal telegram that is not about the battery or the case: see EEP 2.6, signal telegrams. */
  | { event: 'signal'; messageId: number; data: Uint8Array };

/** The learn button was pressed (B8.2). Newer devices say what they are. */
export interface TeachIn {
  event: 'teach-in';
  taught?: {
    /** Equipment profile, for example A5-07-01. */
    profile: string;
    /** The maker's number at the EnOcean Alliance, 0 to 2047; 2047 is several makers. */
    manufacturer: number;
  };
}

/** An EnOcean equipment profile: the meaning of a telegram's payload and status. */
export interface Profile {
  /** Its name in EEP. */
  title: string;
  rorg: number;
  /** In bytes. */
  payloadLength: number;
  /** Is given telegrams of the right kind and length only. */
  decode(content: TelegramContent): Result<ProfileEvent, Problem>;
  /** Nothing when the profile has no telegram for the event. Throws on a figure out of its range: a slip of ours. */
  encode(event: ProfileEvent): TelegramContent | undefined;
}
