import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Program, startProgram, welfareHub } from './program.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtual-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A virtual hub that is ready for words; its journal is its own unless a name is given twice. */
async function startVirtual(name: string): Promise<Program> {
  const hub = startProgram(welfareHub('virtual', '--folder', join(folder, name)));
  await hub.said('that the receiver is there', (line) => line.includes('is ready'));
  await hub.said('the path in use', (line) => line.includes('the primary centre is in use'));
  return hub;
}

test('a second virtual hub in the same folder is refused, and takes nothing from the first', async () => {
  const first = await startVirtual('twice');
  const link = join(folder, 'twice', 'ttyRADIO');
  const terminal = readlinkSync(link);
  const second = startProgram(welfareHub('virtual', '--folder', join(folder, 'twice')));
  expect(await second.end()).toEqual({ status: 1, signal: null });
  expect(second.stdout).toEqual([]);
  expect(second.stderr.join('\n')).toMatch(/twice.* is in use: .*, or say --folder DIR for a second hub$/u);
  expect(readlinkSync(link)).toBe(terminal);
  first.type('press pendant');
  await first.said('the acknowledgement', (line) => line.includes('acknowledged'));
  first.type('quit');
  expect(await first.end()).toEqual({ status: 0, signal: null });
});
