import { failure, type Result } from '#protocol/core/result.ts';
import { broadcastId } from '#protocol/esp3/constants.ts';
import { encodeMessage } from '#protocol/esp3/messages.ts';
import { type Button, encodeProfile, type ProfileEvent } from '#protocol/esp3/profiles.ts';
import type { TelegramContent } from '#protocol/esp3/telegram.ts';
import { encodeFrame } from '#protocol/esp3/writer.ts';
import type { Transmitter } from './transmitters.ts';

/** Teach-ins say that the device is of several makers (2047): it is of none. */
const severalMakers = 0x7ff;
/** A repeater of level 2 repeats what was repeated once, and nothing repeats that: the status byte counts to 2. */
const repeaterCountHighest = 2;

type Say = (transmitter: Transmitter) => ProfileEvent;

/** What a transmitter says in a telegram, by what happens to it. */
const sayings = {
  press: (transmitter) =>
    transmitter.profile === 'F6-05-02'
      ? { event: 'smoke-test' }
      : { event: 'pressed', button: usualButton(transmitter) },
  hold: (transmitter) => ({ event: 'pressed', button: usualButton(transmitter) }),
  release: () => ({ event: 'released' }),
  open: () => ({ event: 'contact', open: true }),
  close: () => ({ event: 'contact', open: false }),
  smoke: () => ({ event: 'smoke' }),
  clear: () => ({ event: 'smoke-over' }),
  move: () => ({ event: 'occupancy', occupied: true }),
  still: () => ({ event: 'occupancy', occupied: false }),
  'teach-in': teachIn,
} as const satisfies Record<string, Say>;

export type Saying = keyof typeof sayings;

/** How a device is when nothing happens to it: what it says from time to time (B8.2). */
export function quietSaying(transmitter: Transmitter): Saying | undefined {
  return (['close', 'still', 'clear'] as const).find(
    (saying) => encodeProfile(transmitter.profile, sayings[saying]()).ok,
  );
}

/** What this transmitter says when that happens to it; the problem names what else can happen to it. */
export function contentOf(transmitter: Transmitter, saying: Saying): Result<TelegramContent, string> {
  return contentOfEvent(transmitter, sayings[saying](transmitter), saying);
}

/** The same for what has figures. `word` is how people call it. */
export function contentOfEvent(
  transmitter: Transmitter,
  event: ProfileEvent,
  word: string,
): Result<TelegramContent, string> {
  const content = encodeProfile(transmitter.profile, event);
  if (content.ok) return content;
  const { name, profile } = transmitter;
  return failure(`${name} (${profile}) does not ${word}; it can ${sayingsOf(transmitter).join(', ')}, battery`);
}

/** What can happen to a transmitter of this profile, besides its battery. The first is what it is made for. */
export function sayingsOf(transmitter: Transmitter): Saying[] {
  const all: Saying[] = ['smoke', 'press', 'hold', 'release', 'open', 'close', 'clear', 'move', 'still', 'teach-in'];
  return all.filter((saying) => encodeProfile(transmitter.profile, sayings[saying](transmitter)).ok);
}

/**
 * The packet in which the module hands a telegram to its host. `copy` 0 is the original; copies come by repeaters, and
 * the status byte counts them (ERP1, repeater count).
 */
export function packetOf(transmitter: Transmitter, content: TelegramContent, copy: number): Uint8Array {
  const telegram = {
    ...content,
    status: content.status | Math.min(copy, repeaterCountHighest),
    sender: transmitter.id,
    reception: {
      subTelegrams: transmitter.subTelegrams,
      destination: broadcastId,
      signalDbm: transmitter.signalDbm,
      securityLevel: 0,
    },
  };
  return encodeFrame(encodeMessage({ type: 'radio', telegram }));
}

function usualButton({ profile }: Transmitter): Button {
  return profile === 'F6-02-01' ? 'A0' : 'push';
}

/** Buttons and smoke detectors have no learn bit: any telegram of theirs is their teach-in (B14.2). */
function teachIn(transmitter: Transmitter): ProfileEvent {
  const { profile } = transmitter;
  if (profile === 'F6-05-02') return { event: 'smoke-over' };
  if (profile.startsWith('F6')) return { event: 'pressed', button: usualButton(transmitter) };
  if (!profile.startsWith('A5')) return { event: 'teach-in' };
  return { event: 'teach-in', taught: { profile, manufacturer: severalMakers } };
}
