import { localTimeIn } from '#protocol/core/hours.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { answers } from '#protocol/scaip/codes.ts';
import { decodeAnswerMessage, encodeAlarmMessage } from '#protocol/sms/alarmMessage.ts';
import { type ChartActor, startChart } from '#agent/hub/actors.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { HubDevices, MobileStatus, Modem } from '#agent/hub/devices.ts';
import { isRegistered } from '#agent/hub/mobile/modemHealth.ts';
import type { EntryBody, Kept, Stamp } from '#agent/hub/ports.ts';
import { smsChart, type SmsDecision, type SmsEvent } from './sms.chart.ts';

/** Kept for an alarm that has cost a message, until it is acknowledged. */
const prefix = 'sms/';

interface Cost {
  sent: number;
  last: Stamp;
  stopped: boolean;
}

/** An alarm that no centre has acknowledged yet. */
interface OpenAlarm {
  record: ReportRecord;
  chart: ChartActor<SmsEvent, SmsDecision>;
  /** The round whose message could not go out, because there was no network. */
  missedRound: number | undefined;
}

/** An answer by short message acknowledges the alarm (`sms.acknowledges`); `body` is what the journal says of it. */
export type Acknowledge = (ref: string, body: EntryBody) => void;

/**
 * Short messages, the last path of an alarm (B2.2, B2.8): behind some of the rounds in which no path has brought it
 * through, to one number, and answered from that number.
 */
export function createSms(context: HubContext, { openModem }: HubDevices, acknowledge: Acknowledge): Concern {
  if (openModem === undefined) return {};
  const { clock, configuration, facts, isConnected, log, reports } = context;
  const open = new Map<string, OpenAlarm>();
  const counters = { smsSent: 0, smsFailed: 0, smsForeign: 0, smsUnreadable: 0, smsUnknown: 0 };
  let modem: Modem | undefined;
  let registered = false;

  function alarmOf(record: ReportRecord): OpenAlarm | undefined {
    if (record.report !== 'alarm') return undefined;
    const known = open.get(record.ref);
    if (known !== undefined) return known;
    const chart = startChart(smsChart, log);
    const cost = costOf(record.ref);
    if (cost !== undefined) chart.send({ type: 'restored', sent: cost.sent, stopped: cost.stopped });
    const alarm: OpenAlarm = { record, chart, missedRound: undefined };
    open.set(record.ref, alarm);
    return alarm;
  }

  function costOf(ref: string): Cost | undefined {
    const kept = facts.get(prefix + ref);
    return isCost(kept) ? kept : undefined;
  }

  /** A path that is away for a moment gets its time to come back and to be asked (B2.2). */
  function roundOver(record: ReportRecord, round: number): void {
    const { ref } = record;
    const alarm = alarmOf(record);
    if (alarm === undefined) return;
    if (isConnected() || round > 1) {
      consider(alarm, round);
      return;
    }
    clock.at(clock.monotonicMs() + configuration().paths.answerWithinMs, () => {
      if (open.get(ref) === alarm && !isConnected()) consider(alarm, round);
    });
  }

  function consider(alarm: OpenAlarm, round: number): void {
    const { number, rounds, thenEveryMs } = configuration().sms;
    alarm.missedRound = undefined;
    if (number === undefined) return;
    if (!registered) {
      alarm.missedRound = round;
      return;
    }
    const last = costOf(alarm.record.ref)?.last;
    const sinceLastMs = last === undefined ? Infinity : seenMs(last, reports.now());
    const event = { type: 'roundOver', round, rounds, sinceLastMs, thenEveryMs } as const;
    for (const decision of alarm.chart.send(event)) if (decision.type === 'send') send(alarm, decision.count, number);
  }

  function send({ record }: OpenAlarm, count: number, number: string): void {
    const { ref } = record;
    counters.smsSent += 1;
    log.warn({ step: 'sms', ref, count }, 'no path has brought the alarm through: it goes by short message');
    note({ ref, is: 'sending', count }, { sent: count, last: reports.now(), stopped: false });
    modem?.sendMessage(`${ref}/${count}`, number, textOf(record, configuration().timezone));
  }

  function note(body: EntryBody & { ref: string }, cost?: Cost): void {
    reports.note('sms', body, cost === undefined ? [] : [kept(body.ref, cost)]);
  }

  /** Sent is not acknowledged: neither the network's word nor the delivery report ends anything (B2.8). */
  function messageOutcome(id: string, outcome: 'sent' | 'failed' | 'delivered'): void {
    const [ref = ''] = id.split('/');
    const alarm = open.get(ref);
    if (outcome === 'failed') counters.smsFailed += 1;
    log.info({ step: 'sms', ref, outcome }, 'what became of the short message');
    if (outcome !== 'failed' || alarm === undefined) {
      note({ ref, is: outcome });
      return;
    }
    const cost = costOf(ref);
    const [decision] = alarm.chart.send({ type: 'failed' });
    if (decision?.type === 'take-back' && cost !== undefined) {
      note({ ref, is: outcome }, { ...cost, sent: decision.count });
    } else {
      note({ ref, is: outcome });
    }
  }

  /** Anybody can write a short message. What is no answer from the right number changes nothing, and costs no row. */
  function message(from: string, text: string): void {
    const { number, acknowledges } = configuration().sms;
    if (number === undefined || plain(from) !== number) {
      refuse('smsForeign', 'a short message from another number than the configured one');
      return;
    }
    const answer = decodeAnswerMessage(text);
    if (!answer.ok) {
      refuse('smsUnreadable', answer.problem);
      return;
    }
    const { ref, snu } = answer.value;
    const alarm = open.get(ref);
    if (alarm === undefined) {
      refuse('smsUnknown', 'an answer by short message for a reference that does not wait');
      return;
    }
    log.info({ step: 'sms', ref, snu }, 'answered by short message');
    answered(alarm, snu, acknowledges);
  }

  function refuse(counter: 'smsForeign' | 'smsUnreadable' | 'smsUnknown', problem: string): void {
    counters[counter] += 1;
    log.warn({ step: 'sms', count: counters[counter] }, problem);
  }

  /** Only who says "handled" takes care of it; any other answer is written down, and the messages go on. */
  function answered({ record, chart }: OpenAlarm, snu: number, acknowledges: boolean): void {
    const { ref } = record;
    const isHandled = snu === answers.handled.code;
    const stops = isHandled && chart.send({ type: 'answered' }).some(({ type }) => type === 'stop');
    const cost = costOf(ref);
    const body = { ref, is: 'answered', snu };
    if (stops) note(body, { sent: cost?.sent ?? 0, last: cost?.last ?? reports.now(), stopped: true });
    else note(body);
    if (isHandled && acknowledges) acknowledge(ref, { path: 'sms', snu });
  }

  function status(told: MobileStatus): void {
    const was = registered;
    registered = isRegistered(told);
    if (!registered || was) return;
    for (const alarm of open.values()) if (alarm.missedRound !== undefined) consider(alarm, alarm.missedRound);
  }

  return {
    waits: (record) => void alarmOf(record),
    // The first round may be over before the commit is told: there is no path.
    reported: (record) => void alarmOf(record),
    roundOver,
    acknowledged({ ref }) {
      if (!open.delete(ref) || costOf(ref) === undefined) return;
      reports.keep([{ key: prefix + ref, value: undefined }]);
    },
    start() {
      modem = openModem({ status, message, messageOutcome, failing() {}, well() {}, networkTime() {} });
    },
    stop: () => modem?.stop(),
    counters: () => counters,
  };
}

function kept(ref: string, cost: Cost): Kept {
  return { key: prefix + ref, value: cost };
}

/** A number as it is configured: some networks write 00 for +, and some put spaces in between. */
function plain(number: string): string {
  return number.replaceAll(/[\s-]/gu, '').replace(/^00/u, '+');
}

/** What is known to have passed: over a power cut, at least the time since (B12.1). A message too few is better than many. */
function seenMs(from: Stamp, to: Stamp): number {
  return from.boot === to.boot ? to.monotonicMs - from.monotonicMs : to.monotonicMs;
}

/** The time is that of the home, as people read it. */
function textOf({ hub, ref, dty, stc, lco, when }: ReportRecord, timezone: string): string {
  const local = localTimeIn(timezone);
  const minute = when.trusted && local.ok ? local.value.minute(Date.parse(when.wall)).minute : undefined;
  const at = minute === undefined ? undefined : { hours: Math.floor(minute / 60), minutes: minute % 60 };
  return encodeAlarmMessage({ hub, ref, dty, stc, lco, at });
}

function isCost(value: unknown): value is Cost {
  return typeof value === 'object' && value !== null && 'sent' in value && 'last' in value && 'stopped' in value;
}
