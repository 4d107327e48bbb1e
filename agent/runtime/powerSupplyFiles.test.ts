import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSupplies } from '#agent/drivers/power-supply/supplies.ts';
import type { SupplyFolder } from '#agent/drivers/power-supply/supplyFiles.ts';
import type { Result } from '#protocol/core/result.ts';
import { readPowerSupplies, suppliesLimit } from './powerSupplyFiles.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supplies-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, files: Record<string, string>): void {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
}

function read(path = folder): Promise<Result<readonly SupplyFolder[], string>> {
  return new Promise((resolve) => readPowerSupplies(path, resolve));
}

test('supplies are read as the kernel writes them: a line a file, behind links', async () => {
  write('devices/BAT0', {
    type: 'Battery\n',
    capacity: '87\n',
    status: 'Discharging\n',
    uevent: 'POWER_SUPPLY_NAME=BAT0\n',
  });
  write('AC', { type: 'Mains\n', online: '0\n' });
  symlinkSync('devices/BAT0', join(folder, 'BAT0'));
  const found = await read();
  expect(found).toMatchObject({
    ok: true,
    value: [
      { name: 'AC', values: { type: 'Mains', online: '0' }, unreadable: 0 },
      { name: 'BAT0', values: { type: 'Battery', capacity: '87', status: 'Discharging' } },
      { name: 'devices', values: {} },
    ],
  });
  expect(found.ok && readSupplies(found.value)).toEqual({
    ok: true,
    value: { mains: false, battery: { chargePercent: 87 } },
  });
});

test('a file that cannot be read is counted, one that is a book is cut short, a plain file is no supply', async () => {
  write('BAT0', { type: 'Battery', capacity: '1'.repeat(100_000) });
  mkdirSync(join(folder, 'BAT0', 'status'));
  writeFileSync(join(folder, 'notes'), '');
  expect(await read()).toEqual({
    ok: true,
    value: [
      { name: 'BAT0', values: { type: 'Battery', capacity: '1'.repeat(64) }, unreadable: 1 },
      { name: 'notes', values: {}, unreadable: 0 },
    ],
  });
});

test('a folder that is not there is told by its name', async () => {
  expect(await read(join(folder, 'nowhere'))).toMatchObject({
    ok: false,
    problem: expect.stringContaining(`${join(folder, 'nowhere')} cannot be read`),
  });
});

test('only so many supplies are looked at', async () => {
  for (let index = 0; index <= suppliesLimit; index += 1) write(`S${index}`, { type: 'Battery' });
  const found = await read();
  expect(found.ok && found.value.length).toBe(suppliesLimit);
});
