import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { pushButton, rocker } from './buttons.ts';
import { isSecure, rorgs } from './constants.ts';
import { contact } from './contact.ts';
import { occupancy, occupancyWithLight, occupancyWithSupply } from './occupancy.ts';
import type { Problem } from './problem.ts';
import type { Profile, ProfileEvent } from './profile.ts';
import { decodeSignal, encodeSignal } from './signal.ts';
import { smokeDetector } from './smoke.ts';
import type { TelegramContent } from './telegram.ts';

export type { Button, Profile, ProfileEvent } from './profile.ts';
export type { RadioTelegram, TelegramContent } from './telegram.ts';

/** The equipment profiles the product knows, by their number in the EnOcean Equipment Profiles (EEP). */
export const profiles = {
  'A5-07-01': occupancy,
  'A5-07-02': occupancyWithSupply,
  'A5-07-03': occupancyWithLight,
  'D5-00-01': contact,
  'F6-01-01': pushButton,
  'F6-02-01': rocker,
  'F6-05-02': smokeDetector,
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

const profileNames = Object.keys(profiles);

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

/** What a telegram says, given its sender's profile. Signal telegrams are understood from devices of every profile. */
export function decodeProfile(name: string, content: TelegramContent): Result<ProfileEvent, Problem> {
  const profile = find(name);
  if (!profile.ok) return profile;
  if (content.rorg === rorgs.signal) return decodeSignal(content);
  if (isSecure(content.rorg)) {
    const message = `telegrams of kind ${hex(content.rorg)} are encrypted; set the device to send in the clear, as ${name}`;
    return failure({ code: 'secure', message });
  }
  const { rorg, payloadLength } = profile.value;
  if (content.rorg !== rorg) {
    const message = `${name} speaks in telegrams of kind ${hex(rorg)}, not ${hex(content.rorg)}`;
    return failure({ code: 'wrong-rorg', message });
  }
  if (content.payload.length !== payloadLength) {
    const message = `${name} has ${payloadLength} bytes of payload, not ${content.payload.length}`;
    return failure({ code: 'wrong-length', message });
  }
  return profile.value.decode(content);
}

/** The telegram in which a device of this profile says the event; who says it is added by the device. */
export function encodeProfile(name: string, event: ProfileEvent): Result<TelegramContent, Problem> {
  const profile = find(name);
  if (!profile.ok) return profile;
  const content = profile.value.encode(event) ?? encodeSignal(event);
  if (content !== undefined) return success(content);
  return failure({ code: 'not-in-profile', message: `${name} has no telegram for ${event.event}` });
}

function find(name: string): Result<Profile, Problem> {
  if (isProfileName(name)) return success(profiles[name]);
  const suggestion = nearest(name, profileNames);
  const known = suggestion === undefined ? `known are ${profileNames.join(', ')}` : `did you mean ${suggestion}?`;
  return failure({ code: 'unknown-profile', message: `there is no profile ${JSON.stringify(name)}; ${known}` });
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
