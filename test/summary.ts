import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the totals of a proof's table at the end of what `scripts/test` prints, under the table's name; a proof that is run
 * alone prints them at once. The whole table is printed by `npm run proof`.
 */
export function summarize(table: string, lines: readonly string[]): void {
  const folder = process.env['WELFARE_HUB_SUMMARY'];
  const text = lines.map((line) => `${table}: ${line}\n`).join('');
  if (folder === undefined) {
    process.stdout.write(text);
  } else {
    appendFileSync(join(folder, `${table}.txt`), text);
  }
}
