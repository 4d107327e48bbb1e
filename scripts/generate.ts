/**
 * `npm run generate` writes the files that are made from the code: the schemas of docs/schemas, the table of what the
 * stories cover, and the diagrams of the charts. With `--check` it writes nothing and fails when one is not current.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { clientsSchema } from '#centre/rules/clients.ts';
import { policySchema } from '#centre/rules/policySchema.ts';
import { configurationSchema } from '#protocol/configuration/schema.ts';
import { schemaText } from '#protocol/configuration/schemaFile.ts';
import { schemaFiles } from '#protocol/mqtt/schemaFiles.ts';
import { coverageTable, type NamedTest } from '#simulator/scenario/coverage.ts';
import { findScenarios } from '#simulator/scenario/files.ts';
import { formatFileProblem, loadScenario } from '#simulator/scenario/load.ts';
import { scenarioSchemaText } from '#simulator/scenario/schema.ts';
import { chartsDocument } from './charts.ts';

const stories = 'test/scenarios';

const files = {
  ...schemaFiles(),
  'docs/schemas/centre-clients.schema.json': schemaText(clientsSchema),
  'docs/schemas/centre-policy.schema.json': schemaText(policySchema),
  'docs/schemas/hub.schema.json': schemaText(configurationSchema),
  'docs/schemas/scenario.schema.json': scenarioSchemaText(),
  'docs/generated/coverage.md': coverage(),
  'docs/generated/charts.md': await chartsDocument(globSync('agent/hub/**/*.chart.ts'), '../..'),
};
const stale = Object.entries(files).filter(([file, text]) => textOf(file) !== text);

if (process.argv.includes('--check')) {
  stale.forEach(([file]) => console.error(`${file} is not current: run npm run generate`));
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`written: ${file}`);
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function coverage(): string {
  const loaded = findScenarios([stories]).files.map((file) => {
    const scenario = loadScenario(file);
    if (!scenario.ok) throw new Error(scenario.problem.map(formatFileProblem).join('\n'));
    return { file: relative(stories, file), scenario: scenario.value };
  });
  return coverageTable(loaded, '../../test/scenarios', globSync('test/real/*.test.ts').toSorted().flatMap(testsIn));
}

/** The tests of a file whose title is one text; what is put together from others names no rule. */
function testsIn(file: string): NamedTest[] {
  const titles = readFileSync(file, 'utf8').matchAll(/^ *test\(\s*'([^']+)'/gmu);
  return [...titles].map(([, title = '']) => ({ link: `../../${file}`, title }));
}
