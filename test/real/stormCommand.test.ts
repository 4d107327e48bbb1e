import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'storm-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `welfare-hub storm …` as people do. */
function storm(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/welfareHub.ts', 'storm', ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('tells what it came to, the same in one process and in two', () => {
  const words = ['--seed', '7', '--hubs', '3', '--days', '0.1'];
  const one = storm(...words, '--jobs', '1');
  expect(one).toMatchObject({ status: 0, stderr: '' });
  expect(one.stdout).toMatch(/^seeds 7 to 9: 3 hubs, 0\.\d days together: \d+ happenings, .*; 0 failed\n$/u);
  expect(storm(...words, '--jobs', '2').stdout).toBe(one.stdout);
});

test('--json is one object a storm, and one of them all', () => {
  const { status, stdout } = storm('--seed', '7', '--hubs', '2', '--days', '0.1', '--calm', '2', '--json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(status).toBe(0);
  expect(lines).toEqual([
    { seed: expect.any(Number), figures: expect.objectContaining({ hubs: 1, failed: 0 }), problems: [] },
    { seed: expect.any(Number), figures: expect.objectContaining({ hubs: 1, failed: 0 }), problems: [] },
    { seed: 7, total: expect.objectContaining({ hubs: 2, failed: 0 }) },
  ]);
});

test.each([
  [['--days', '30'], '10 at most, or --calm 3'],
  [['--days', '400', '--calm', '50'], 'up to 366'],
  [['--hubs', '0'], 'a whole number from 1 to 1000000'],
  [['--seed', 'seven'], 'a whole number from 1 to 1000000000'],
  [['--fault', 'a.yaml'], 'Did you mean --faults?'],
  [['--faults', 'nowhere.yaml'], 'nowhere.yaml: ENOENT'],
])('a call that makes no sense exits with 2 and says what would: %j', (words, advice) => {
  const { status, stdout, stderr } = storm(...words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(advice);
});

test('a factor for a fault that there is not is told with its place', () => {
  const file = join(folder, 'factors.yaml');
  writeFileSync(file, 'link: 2\nradios: 3\n');
  expect(storm('--faults', file)).toMatchObject({
    status: 2,
    stderr: `${file}:2:1: there is no such fault; did you mean "radio"?\n`,
  });
});
