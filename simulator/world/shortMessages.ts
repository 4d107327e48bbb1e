import type { ModemListener } from '#agent/hub/devices.ts';
import { type Clock, secondMs } from '#protocol/core/time.ts';
import { answers } from '#protocol/scaip/codes.ts';
import { decodeAlarmMessage, encodeAnswerMessage } from '#protocol/sms/alarmMessage.ts';
import type { Recorder } from './recorder.ts';

/** The network takes a message after so long. */
const handOverMs = 2 * secondMs;

/** Messages for a hub that cannot hear them; the network keeps no more, and the oldest are kept. */
export const storedAtMost = 20;

/** From the network to the telephone, and until somebody has read it and written back. */
const deliveryMs = 2 * secondMs;
const answerMs = 5 * secondMs;

export interface ShortMessages {
  /** From the hub: what becomes of it is told to whoever listens then. */
  send(id: string, to: string, text: string): void;
  /** To the hub, as soon as it can be heard. */
  deliver(from: string, text: string): void;
  /** The modem changed: what is stored may be heard now. */
  changed(): void;
}

export interface ShortMessagesOptions {
  clock: Clock;
  recorder: Recorder;
  isRegistered(): boolean;
  listener(): ModemListener | undefined;
  /** Who may have that number gets it. */
  receive(message: ReceivedMessage): void;
}

export interface ReceivedMessage {
  to: string;
  text: string;
  /** The delivery report to the hub. */
  delivered(): void;
  answer(text: string): void;
}

/** The short messages of the modem and its network: they pass while it is registered, whatever the data bearer does. */
export function createShortMessages(options: ShortMessagesOptions): ShortMessages {
  const { clock, recorder, isRegistered, listener, receive } = options;
  const stored: { from: string; text: string }[] = [];

  function send(id: string, to: string, text: string): void {
    const sender = listener();
    const outcome = (is: 'sent' | 'failed' | 'delivered'): void => {
      if (listener() === sender) sender?.messageOutcome(id, is);
    };
    clock.at(clock.monotonicMs() + handOverMs, () => {
      if (!isRegistered()) {
        outcome('failed');
        return;
      }
      const alarm = decodeAlarmMessage(text);
      const ref = alarm.ok ? { ref: alarm.value.ref } : {};
      recorder.note({ kind: 'sms', is: 'sent', number: to, text, ...ref });
      outcome('sent');
      receive({
        to,
        text,
        delivered: () => outcome('delivered'),
        answer: (reply) => deliver(to, reply),
      });
    });
  }

  function deliver(from: string, text: string): void {
    if (stored.length < storedAtMost) stored.push({ from, text });
    changed();
  }

  function changed(): void {
    const hearer = listener();
    if (hearer === undefined || !isRegistered()) return;
    for (const { from, text } of stored.splice(0)) {
      recorder.note({ kind: 'sms', is: 'received', number: from, text });
      hearer.message(from, text);
    }
  }

  return { send, deliver, changed };
}

/** A telephone at the centre, and somebody who takes on every alarm that comes to it. */
export function answeringTelephone(clock: Clock, number: string | undefined): (message: ReceivedMessage) => void {
  return ({ to, text, delivered, answer }) => {
    if (to !== number) return;
    const nowMs = clock.monotonicMs();
    clock.at(nowMs + deliveryMs, delivered);
    const alarm = decodeAlarmMessage(text);
    if (!alarm.ok) return;
    const { ref } = alarm.value;
    clock.at(nowMs + answerMs, () => answer(encodeAnswerMessage({ ref, snu: answers.handled.code })));
  };
}
