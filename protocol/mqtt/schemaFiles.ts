import type { TSchema } from 'typebox';
import { acknowledgementSchema, answerSchema, heartbeatAnswerSchema } from './acknowledgement.ts';
import { commandEnvelopeSchema, commandSchema, resultSchema } from './command.ts';
import { heartbeatSchema } from './heartbeat.ts';
import { recordSchema } from './record.ts';
import { reportSchema } from './report.ts';
import { centreStateSchema, hubStateSchema } from './state.ts';

/** The bodies by the names of their files in docs/schemas; the asyncapi document and `$ref`s use the same names. */
const bodySchemas = {
  record: recordSchema,
  report: reportSchema,
  heartbeat: heartbeatSchema,
  'hub-state': hubStateSchema,
  'centre-state': centreStateSchema,
  acknowledgement: acknowledgementSchema,
  'heartbeat-answer': heartbeatAnswerSchema,
  answer: answerSchema,
  command: commandSchema,
  'command-envelope': commandEnvelopeSchema,
  result: resultSchema,
} as const satisfies Record<string, TSchema>;

/** The JSON Schema files of the bodies: path from the project's root to text. A test checks that the disk agrees. */
export function schemaFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bodySchemas).map(([name, schema]) => [`docs/schemas/${name}.json`, schemaText(schema)]),
  );
}

function schemaText(schema: TSchema): string {
  const document = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
  return `${JSON.stringify(document, null, 2)}\n`;
}
