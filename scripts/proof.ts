/**
 * `npm run proof -- NAME [options]`: one proof of docs/reliability.md with its whole table.
 * `scripts/test` runs each of them small and prints its totals. Exits 0 when the proof holds, 1 when not, 2 on a wrong call.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../test/proof');
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));

const usage = `npm run proof -- NAME [options]

Shows one proof with its whole table. NAME is ${names.join(', ')}; NAME --help says more.`;

const [name, ...words] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  const child = spawn(process.execPath, [join(folder, name, 'main.ts'), ...words], { stdio: 'inherit' });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
} else if (name === '--help' || name === 'help') {
  console.log(usage);
} else {
  console.error(name === undefined ? usage : `npm run proof: there is no ${name}; known are ${names.join(', ')}`);
  process.exitCode = 2;
}
