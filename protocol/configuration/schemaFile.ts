import { configurationSchema } from './schema.ts';

/** The JSON Schema of hub.yaml as text, for editors: without the keywords that only our own reader knows. */
export function configurationSchemaText(): string {
  const whole = JSON.stringify(
    configurationSchema,
    (key, value: unknown) => (key.startsWith('x-') ? undefined : value),
    2,
  );
  // Lists of words stand on one line, as the project's formatter writes them.
  const text = whole.replaceAll(
    /\[\n\s+("[^\]]*")\n\s+\]/g,
    (_list, words: string) => `[${words.replaceAll(/,\n\s+/g, ', ')}]`,
  );
  return `${text}\n`;
}
