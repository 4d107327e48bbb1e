import type { TSchema } from 'typebox';

/** A JSON Schema as text, for editors: without the keywords that only our own reader knows. */
export function schemaText(schema: TSchema): string {
  const whole = JSON.stringify(schema, (key, value: unknown) => (key.startsWith('x-') ? undefined : value), 2);
  return `${whole}\n`;
}
