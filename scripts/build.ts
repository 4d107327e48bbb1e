/**
 * `npm run build` builds what the package carries, and packs it: JavaScript for `welfare-hub`, because Node strips no
 * types under node_modules, in pieces of which a command loads its own; and beside it what the program reads at run time.
 * Libraries stay outside and come with the package.
 */
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
// TypeBox goes in: it is hundreds of files, of which a part is used, and reading them takes longer than all the rest.
const libraries = Object.keys(dependencies).filter((library) => library !== 'typebox');

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { welfareHub: 'scripts/welfareHub.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  splitting: true,
  external: libraries.flatMap((library) => [library, `${library}/*`]),
  logLevel: 'warning',
});
// The helper that holds a pseudo terminal is read from beside the program (devices/line/ptyLine.ts).
copyFileSync('devices/line/pty.pl', 'dist/pty.pl');
// Its licence goes with it.
copyFileSync('node_modules/typebox/license', 'dist/typebox-license.txt');
