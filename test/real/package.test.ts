import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firmware } from '#agent/firmware.ts';

let folder = '';
const program = () => join(folder, 'node_modules/welfare-hub/scripts/launch.js');

/** The package as npm would install it: unpacked under node_modules, where Node strips no types. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'welfare-hub-package-'));
  execFileSync('node', ['scripts/build.ts']);
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' }),
  ) as [{ filename: string }];
  const home = join(folder, 'node_modules/welfare-hub');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', home, '--strip-components=1']);
  for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.'))) {
    symlinkSync(join(process.cwd(), 'node_modules', name), join(folder, 'node_modules', name));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

test('the packed command takes a press all the way', () => {
  const { status, stdout } = spawnSync('node', [program(), 'virtual', '--once'], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toMatch(/ok: alarm [0-9A-Z]{12} was acknowledged/u);
  expect(status).toBe(0);
});

test('the version that the program tells is the package’s', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const { stdout } = spawnSync('node', [program(), '--version'], { encoding: 'utf8' });
  expect(stdout.trim()).toBe(version);
  expect(firmware).toBe(version);
});

test('all that the documents tell to install comes with the package', () => {
  const home = join(folder, 'node_modules/welfare-hub');
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const text = pages.map((name) => readFileSync(join('docs', name), 'utf8')).join('\n');
  const named = new Set([...text.matchAll(/\bdeploy\/[\w./-]*\w/gu)].map(([path]) => path));
  expect(named).toContain('deploy/systemd/welfare-hub.service');
  expect(named).toContain('deploy/udev/60-welfare-hub.rules');
  expect([...named].filter((path) => !existsSync(join(home, path)))).toEqual([]);
});
