/**
 * `npm run generate` writes the files that are made from the code: the schemas of docs/schemas. With `--check` it writes
 * nothing and fails when one is not current.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { configurationSchemaText } from '#protocol/configuration/schemaFile.ts';
import { schemaFiles } from '#protocol/mqtt/schemaFiles.ts';

const files = { ...schemaFiles(), 'docs/schemas/hub.schema.json': configurationSchemaText() };
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
