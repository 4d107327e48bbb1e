import { type TSchema, Type } from 'typebox';
import { configurationSchema } from '#protocol/configuration/schema.ts';
import { worldsAffairs } from './hubLayer.ts';
import { checkWords } from './words/checkWords.ts';
import { anyKeys, duration, map } from './words/forms.ts';
import { headWords } from './words/headWords.ts';
import { actionWords } from './words/words.ts';

/**
 * The language of scenarios as one schema. A word that it does not know is answered with its place and the nearest right
 * one, and never passed over in silence. Keywords with `x-` are for our own reader (document.ts) and are left out of the
 * schema that is shipped.
 */

/** What may stand beside a word. */
const besides = {
  at: duration('First waits until this time of the scenario.'),
  within: duration('Beside expect: until so long from now; 10s without it.'),
  for: duration('Beside never: it is watched for so long.'),
};

export const stepWords: readonly string[] = [...Object.keys(actionWords), ...Object.keys(checkWords)];

const actionSchemas = Object.fromEntries(Object.entries(actionWords).map(([word, { schema }]) => [word, schema]));

const step = anyKeys({ ...actionSchemas, ...checkWords, ...besides }, 'One action or one check, done in order.', {
  oneOf: stepWords.map((word) => ({ required: [word] })),
});

export const scenarioSchema = map(
  {
    ...headWords,
    hub: Type.Optional(hubLayer()),
    steps: Type.Array(step, { minItems: 1, maxItems: 10_000, description: 'What happens and what is to be seen.' }),
  },
  'A story of a home, its hub and its centre.',
  { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'scenario.yaml' },
);

/** The configuration's own schema, with nothing required: what is left out is as usual. */
function hubLayer(): TSchema {
  const sections = Object.entries(configurationSchema.properties).filter(([key]) => !worldsAffairs.includes(key));
  const properties: unknown = JSON.parse(JSON.stringify(Object.fromEntries(sections)), function (key, value: unknown) {
    return key === 'default' || key === 'required' ? undefined : value;
  });
  return Type.Unsafe({
    type: 'object',
    properties,
    additionalProperties: false,
    'x-elsewhere': true,
    description: 'Laid over the usual configuration: maps key by key, accessories and tags by their names.',
  });
}

/** The schema as it is shipped, for editors. */
export function scenarioSchemaText(): string {
  const whole = JSON.stringify(scenarioSchema, (key, value: unknown) => (key.startsWith('x-') ? undefined : value), 2);
  return `${whole}\n`;
}
