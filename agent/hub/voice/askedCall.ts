import { failure, type Result, success } from '#protocol/core/result.ts';
import { nearest } from '#protocol/core/nearest.ts';
import type { VoiceMode } from '#agent/hub/devices.ts';
import { type Plan, readReceiver } from './unfinishedCall.ts';

const modes: readonly VoiceMode[] = ['duplex', 'microphone-only', 'speaker-only'];

/** What a centre's command `call` asks for; the problem never repeats a number. */
export function readAskedCall({
  to,
  mode = 'duplex',
}: Readonly<Record<string, unknown>>): Result<Extract<Plan, { how: 'call' }>, string> {
  const known = modes.find((one) => one === mode);
  if (known === undefined) {
    const meant = nearest(typeof mode === 'string' ? mode : '', modes);
    return failure(`mode is none; right would be ${meant ?? modes.join(', ')}`);
  }
  if (to === undefined) return success({ how: 'call', mode: known });
  const number = typeof to === 'string' ? readReceiver(to) : undefined;
  return number === undefined
    ? failure('to cannot be called; right would be a number or a sip: URI, or nothing for the predefined receiver')
    : success({ how: 'call', to: number, mode: known });
}
