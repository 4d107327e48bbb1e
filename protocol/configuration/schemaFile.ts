import { configurationSchema } from './schema.ts';

/** The JSON Schema of hub.yaml as text, for editors: without the keywords that only our own reader knows. */
export function configurationSchemaText(): string {
  const whole = JSON.stringify(
    configurationSchema,
    (key, value: unknown) => (key.startsWith('x-') ? undefined : value),
    2,
  );
  return `${whole}\n`;
}
