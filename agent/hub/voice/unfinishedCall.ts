import type { HandledAnswer, Kept } from '#agent/hub/ports.ts';
import type { VoiceMode, VoicePathName } from '#agent/hub/devices.ts';
import { type VoiceConfiguration, receiverPattern } from '#protocol/configuration/voiceSection.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { callRequests, deviceTypes, voiceModes } from '#protocol/scaip/codes.ts';

/** Who calls whom, as the centre's answer has it (B3.1). */
export type Plan =
  /** The hub calls; without `to` its predefined receiver. */
  { how: 'call'; to?: string; mode: VoiceMode } | { how: 'callback'; minutes: number; mode: VoiceMode };

/** What an update on an alarm has to repeat (B16). */
export type CalledFor = Pick<ReportRecord, 'ref' | 'from' | 'dty' | 'did' | 'pri' | 'lte'>;

/** The call that was asked for and has not ended: it goes on after a restart (B6.6). */
export interface UnfinishedCall {
  plan: Plan;
  /** The alarms that it is about, oldest first. */
  alarms: readonly CalledFor[];
}

/** Alarms of one call. With more of them the oldest are left out: the others tell the same. */
export const alarmsLimit = 64;

/**
 * What the answer to an alarm asks for, or undefined: no call. An answer that says nothing of voice leaves it at the
 * call to the predefined receiver, because a press leads to a call (H14). A pendant's call is duplex (B3.2).
 */
export function planOf({ dty }: ReportRecord, { mre, cre, tnu }: HandledAnswer): Plan | undefined {
  if (mre === voiceModes.none.code) return undefined;
  const mode = dty === deviceTypes.pendant.code ? 'duplex' : modeOf(mre);
  if (cre !== undefined && cre < callRequests.callPredefined.code) return { how: 'callback', minutes: cre, mode };
  const to = cre === callRequests.callNumber.code ? readReceiver(tnu) : undefined;
  return { how: 'call', mode, ...(to === undefined ? {} : { to }) };
}

const receiver = new RegExp(receiverPattern, 'u');

/** The number as it can be dialled, without what people put between digits; undefined when it is none. */
export function readReceiver(tnu = ''): string | undefined {
  const bare = /^(tel:)?[+\d\s().-]+$/u.test(tnu) ? tnu.replaceAll(/tel:|[\s().-]/gu, '') : tnu;
  return receiver.test(bare) ? bare : undefined;
}

function modeOf(mre: number | undefined): VoiceMode {
  if (mre === voiceModes.microphoneOnly.code) return 'microphone-only';
  return mre === voiceModes.speakerOnly.code ? 'speaker-only' : 'duplex';
}

/** One call for all: the alarm joins it (B3.7). That the hub calls counts more than that the centre does. */
export function joined(call: UnfinishedCall | undefined, plan: Plan, alarm: CalledFor): UnfinishedCall {
  if (call === undefined) return { plan, alarms: [alarm] };
  const going = call.plan.how === 'call' || plan.how === 'callback' ? call.plan : plan;
  const mode = plan.mode === 'duplex' ? 'duplex' : going.mode;
  return { plan: { ...going, mode }, alarms: [...call.alarms, alarm].slice(-alarmsLimit) };
}

export function calledFor({ ref, from, dty, did, pri, lte }: ReportRecord): CalledFor {
  return { ref, from, dty, pri, ...(did === undefined ? {} : { did }), ...(lte === undefined ? {} : { lte }) };
}

/** Whom to call by this path; undefined when it cannot call anybody. A modem knows no URIs. */
export function receiverBy(path: VoicePathName, to: string | undefined, voice: VoiceConfiguration): string | undefined {
  const receiver = to ?? voice.receiver;
  return path === 'modem' && (receiver === undefined || isUri(receiver)) ? voice.modemReceiver : receiver;
}

function isUri(receiver: string): boolean {
  return receiver.includes(':');
}

const key = 'voice/call';

/** What is kept of it, and with no call that there is none. */
export function kept(call: UnfinishedCall | undefined): Kept {
  return { key, value: call === undefined || call.alarms.length === 0 ? undefined : call };
}

export function readUnfinishedCall(facts: { get(key: string): unknown }): UnfinishedCall | undefined {
  const value = facts.get(key);
  return isUnfinishedCall(value) ? value : undefined;
}

function isUnfinishedCall(value: unknown): value is UnfinishedCall {
  return typeof value === 'object' && value !== null && 'plan' in value && 'alarms' in value;
}
