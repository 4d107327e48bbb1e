import { type Static, Type } from 'typebox';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { bodyLimits, decoder } from './decode.ts';
import { count, hubId, instant, text, version } from './identifiers.ts';
import type { Problem } from './problem.ts';
import { keyIdSchema, type Seal, sealOf, signatureSchema, type Signer } from './signature.ts';

/** What a centre can ask of a hub. */
export const commandNames = [
  'configure',
  'test-alarm',
  'call',
  'locate',
  'close-visit',
  'enrol',
  'forget',
  'exchange',
  'take-over',
  'camera-visit',
  'log-extract',
  'rotate-key',
  'end',
] as const;

export type CommandName = (typeof commandNames)[number];

/** Characters of a reason. */
export const resultReasonLimit = 512;

const commandId = Type.String({
  pattern: '^[A-Za-z0-9]{1,32}$',
  description: "The centre's id of the command: the result names it.",
});

/** What is signed. Its exact text travels in the envelope. */
export const commandSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    id: commandId,
    counter: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description:
        'Rises from command to command of one centre. The hub stores the last and refuses what is not above it, so that no command works twice.',
    }),
    name: Type.Enum([...commandNames], { description: 'What is asked for.' }),
    with: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { description: 'What the command needs to know.' }),
    ),
    expires: Type.Optional(instant('After this it is not done any more; looked at by a hub whose clock is set.')),
  },
  { title: 'Command', description: 'What a centre asks of a hub.' },
);

export type Command = Static<typeof commandSchema>;

/** The body of `down/command`. */
export const commandEnvelopeSchema = Type.Object(
  {
    v: version,
    command: Type.String({
      minLength: 1,
      maxLength: bodyLimits.command,
      contentMediaType: 'application/json',
      contentSchema: { $ref: './command.json' },
      description: 'The command as the exact text that is signed.',
    }),
    key: Type.Optional(keyIdSchema),
    signature: Type.Optional(signatureSchema('command')),
  },
  { title: 'Command envelope', description: 'A command on its way to a hub. One without a good signature is refused.' },
);

/** The body of `up/result`: what became of a command. */
export const resultSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    id: commandId,
    name: Type.Enum([...commandNames], { description: 'What was asked for.' }),
    outcome: Type.Enum(['done', 'refused', 'expired'], { description: 'What became of it.' }),
    reason: Type.Optional(text(resultReasonLimit, 'Why it was refused, and what would be right.')),
    configuration: Type.Optional(count('The version of the configuration in force (B11.1).')),
    body: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { description: 'What was found out.' }),
    ),
  },
  { title: 'Result', description: 'What became of a command. The same command again has the same result.' },
);

export type CommandResult = Static<typeof resultSchema>;

/** A command as a hub reads it; nothing is known yet of its signature (`checkSeal`). */
export interface SealedCommand {
  command: Command;
  text: string;
  seal: Seal;
}

const decodeEnvelope = decoder(commandEnvelopeSchema, 'command', bodyLimits.commandEnvelope);
const decodeContent = decoder(commandSchema, 'command', bodyLimits.command);

export function decodeCommand(body: string): Result<SealedCommand, Problem> {
  const envelope = decodeEnvelope(body);
  if (!envelope.ok) return failure(envelope.problem);
  const { command: text, v: _version, ...seal } = envelope.value;
  const command = decodeContent(text);
  return command.ok ? success({ command: command.value, text, seal }) : failure(command.problem);
}

/** The body of `down/command`, signed when there is a signer. */
export function encodeCommand(command: Command, signer?: Signer): string {
  const text = JSON.stringify(command);
  return JSON.stringify({ v: 1, command: text, ...sealOf('command', text, signer) });
}

export const decodeResult = decoder(resultSchema, 'result', bodyLimits.commandEnvelope);

export function encodeResult(result: CommandResult): string {
  return JSON.stringify(result);
}
