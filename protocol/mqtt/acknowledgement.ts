import { type Static, Type } from 'typebox';
import { type Result, success } from '#protocol/core/result.ts';
import { callRequests, voiceModes } from '#protocol/scaip/codes.ts';
import { bodyLimits, decoder, isObject } from './decode.ts';
import { count, hash, hubId, reference, text, version } from './identifiers.ts';
import type { Problem } from './problem.ts';
import { keyIdSchema, sealOf, signatureSchema, type Signer } from './signature.ts';

const snu = Type.Integer({
  minimum: 0,
  maximum: 99,
  description: 'SCAIP status number: 0 handled, 4 hold, 5 not treated, 6 busy; any other counts as not treated (B2.4).',
});

const hbi = Type.Integer({
  minimum: 1,
  maximum: 1440,
  description: 'Heartbeat interval from now on, in minutes (B4.5).',
});

/** The centre's word on a report: this alone means delivered (B2.1). */
export const acknowledgementSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    ref: reference,
    hash,
    snu,
    ste: Type.Optional(text(32, 'The answer in words.')),
    mre: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: voiceModes.speakerOnly.code,
        description: 'Voice: 0 none, 1 duplex, 2 microphone only, 3 speaker only (B3.1).',
      }),
    ),
    cre: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: callRequests.callNumber.code,
        description:
          'Call: 1 to 60 answer by yourself for so many minutes, 61 call the predefined receiver, 62 call tnu.',
      }),
    ),
    tnu: Type.Optional(text(128, 'The number or URI to call.')),
    hbi: Type.Optional(hbi),
  },
  { title: 'Acknowledgement', description: "The centre's answer to a report." },
);

export type Acknowledgement = Static<typeof acknowledgementSchema>;

/** The centre's word on a heartbeat (B4.4), not signed by default. */
export const heartbeatAnswerSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    heartbeat: count("The heartbeat's sequence."),
    snu,
    hbi: Type.Optional(hbi),
  },
  { title: 'Heartbeat answer', description: "The centre's answer to a heartbeat." },
);

export type HeartbeatAnswer = Static<typeof heartbeatAnswerSchema>;

/** The body of `down/ack`: the answer as text, so that it can be signed as it is. */
export const answerSchema = Type.Object(
  {
    v: version,
    ack: Type.String({
      minLength: 1,
      maxLength: 2_048,
      contentMediaType: 'application/json',
      contentSchema: { oneOf: [{ $ref: './acknowledgement.json' }, { $ref: './heartbeat-answer.json' }] },
      description: 'The answer, an acknowledgement or a heartbeat answer, as the exact text that is signed.',
    }),
    key: Type.Optional(keyIdSchema),
    signature: Type.Optional(signatureSchema('ack')),
  },
  { title: 'Answer', description: 'What the centre sends down: an acknowledgement or an answer to a heartbeat.' },
);

export type AnswerEnvelope = Static<typeof answerSchema>;

/** An answer as a hub reads it. `sealed` is kept beside it, because the signature is over its exact text. */
export type Answer =
  | { kind: 'acknowledgement'; acknowledgement: Acknowledgement; sealed: AnswerEnvelope }
  | { kind: 'heartbeat'; answer: HeartbeatAnswer; sealed: AnswerEnvelope };

const decodeEnvelope = decoder(answerSchema, 'answer', bodyLimits.acknowledgement);
const decodeReportAnswer = decoder(acknowledgementSchema, 'acknowledgement', bodyLimits.acknowledgement);
const decodeHeartbeatAnswer = decoder(heartbeatAnswerSchema, 'heartbeat answer', bodyLimits.acknowledgement);

/** Reads the body of `down/ack`. Says nothing about the signature: that is `checkSeal`. */
export function decodeAnswer(body: string): Result<Answer, Problem> {
  const envelope = decodeEnvelope(body);
  if (!envelope.ok) {
    return envelope;
  }
  const sealed = envelope.value;
  if (answersHeartbeat(sealed.ack)) {
    const answer = decodeHeartbeatAnswer(sealed.ack);
    return answer.ok ? success({ kind: 'heartbeat', answer: answer.value, sealed }) : answer;
  }
  const read = decodeReportAnswer(sealed.ack);
  return read.ok ? success({ kind: 'acknowledgement', acknowledgement: read.value, sealed }) : read;
}

/** What names a reference is an acknowledgement, whatever else it holds. */
function answersHeartbeat(ack: string): boolean {
  try {
    const value: unknown = JSON.parse(ack);
    return isObject(value) && Object.hasOwn(value, 'heartbeat') && !Object.hasOwn(value, 'ref');
  } catch {
    return false;
  }
}

/** The body of `down/ack` for an answer, signed when there is a signer. The same answer gives the same text. */
export function encodeAnswer(answer: Acknowledgement | HeartbeatAnswer, signer?: Signer): string {
  const ack = JSON.stringify(answer);
  const sealed: AnswerEnvelope = { v: 1, ack, ...sealOf('ack', ack, signer) };
  return JSON.stringify(sealed);
}
