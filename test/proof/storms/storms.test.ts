import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { drawStorm } from '#simulator/storm/draw.ts';
import { type Figures, toldFigures } from '#simulator/storm/figures.ts';
import { playStorm } from '#simulator/storm/play.ts';
import { openVirtualWorld } from '#simulator/world/virtualWorld.ts';
import { welfareHub } from '#test/real/program.ts';
import { summarize } from '#test/summary.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';

/** The same in every run, and as many that nobody has seen before. */
const storms = isLong ? 20_000 : 40;
const fixedSeed = 1;
const freshSeeds = 900_000_000;

test.each([
  ['that are always the same', fixedSeed],
  ['that nobody has seen before', 1_000_000 + Math.floor(Math.random() * freshSeeds)],
])('storms %s lose no alarm, double none and leave a hub that is well', async (which, seed) => {
  const folder = mkdtempSync(join(tmpdir(), 'storms-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = await storm(folder, ['--seed', String(seed), '--hubs', String(storms), '--jobs', '2', '--json']);
  const lines = stdout.trim().split('\n');
  const last: { total: Figures } = JSON.parse(lines.at(-1) ?? '{}');
  summarize('storms', [`from seed ${seed}, ${which}: ${toldFigures(last.total)}`]);
  const failed = lines.filter((line) => line.includes('"problems":["'));
  expect(failed.slice(0, 3)).toEqual([]);
  expect(last.total).toMatchObject({ hubs: storms, failed: 0 });
});

test('the same seed gives the same storm and the same trace, another seed another', async () => {
  const traceOf = async (seed: number) =>
    (await playStorm(drawStorm({ seed, days: 0.5 }), openVirtualWorld)).outcome.traceHash;
  const [one, again, other] = [await traceOf(7), await traceOf(7), await traceOf(8)];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

async function storm(folder: string, words: readonly string[]): Promise<{ status: number; stdout: string }> {
  const [program = '', ...args] = welfareHub('storm', ...words);
  return await new Promise((resolve) => {
    const child = execFile(program, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) =>
      resolve({ status: child.exitCode ?? 1, stdout }),
    );
  });
}
