import { type Static, Type } from 'typebox';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { duration, secret, section } from './keys.ts';
import { filled, milliseconds } from './values.ts';

/** A telephone number, or a SIP URI. Nothing in it can be taken for a command of a modem. */
export const receiverPattern = '^(\\+?[0-9]{3,15}|sips?:[A-Za-z0-9.!~*_+-]{1,64}@[A-Za-z0-9.-]{1,128}(:[0-9]{1,5})?)$';
const numberPattern = '^\\+?[0-9]{3,15}$';

const rightReceiver = 'a number such as +46401234567 in quotes, or sip:name@host';
const rightNumber = 'a number such as +46401234567, in quotes';

export const voiceSection = section(
  {
    receiver: Type.Optional(
      secret(
        receiverPattern,
        rightReceiver,
        'Whom the hub calls after an alarm, unless the centre says otherwise (B3.1): a number, or a sip: URI.',
      ),
    ),
    modemReceiver: Type.Optional(
      secret(numberPattern, rightNumber, 'Whom the modem calls instead, which cannot call a sip: URI.'),
    ),
    callers: Type.Optional(
      Type.Array(secret(receiverPattern, rightReceiver, 'A number or URI of the centre.'), {
        maxItems: 16,
        default: [],
        description:
          'From where the centre calls; in a window nobody else is answered. With none, everybody is (B3.5).',
      }),
    ),
    startWithin: duration('60s', secondMs, 10 * minuteMs, 'A call starts so long after the acknowledgement (B3.2).'),
    answerWithin: duration('20s', 5 * secondMs, 2 * minuteMs, 'Not answered after it, a try has failed (B3.3).'),
    attempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10,
        default: 3,
        description: 'Tries in all on each voice path (B3.3). From 1 to 10.',
      }),
    ),
    pause: duration('10s', secondMs, 5 * minuteMs, 'The time between tries (B3.3).'),
    autoAnswer: duration('10m', secondMs, hourMs, 'So long after a call the centre is answered by itself (B3.5).'),
    callAtMost: duration('60m', minuteMs, 24 * hourMs, 'A call is cleared down after it, whatever happened to it.'),
  },
  'The call between client and operator (B3).',
);

export interface VoiceConfiguration {
  /** A telephone number or a SIP URI. */
  receiver?: string;
  /** A telephone number. */
  modemReceiver?: string;
  /** Numbers and URIs; none: everybody's. */
  callers: readonly string[];
  startWithinMs: number;
  answerWithinMs: number;
  attempts: number;
  pauseMs: number;
  autoAnswerMs: number;
  callAtMostMs: number;
}

export function readVoice(document: Static<typeof voiceSection> | undefined): VoiceConfiguration {
  const { receiver, modemReceiver, callers, startWithin, answerWithin, attempts, pause, autoAnswer, callAtMost } =
    filled(document);
  return {
    ...(receiver === undefined ? {} : { receiver }),
    ...(modemReceiver === undefined ? {} : { modemReceiver }),
    callers: filled(callers),
    startWithinMs: milliseconds(startWithin),
    answerWithinMs: milliseconds(answerWithin),
    attempts: filled(attempts),
    pauseMs: milliseconds(pause),
    autoAnswerMs: milliseconds(autoAnswer),
    callAtMostMs: milliseconds(callAtMost),
  };
}
