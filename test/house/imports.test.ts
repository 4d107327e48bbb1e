import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * The import rules of docs/architecture.md, each broken once: a file with one forbidden line is put into a copy of the
 * house, and the linter must find it. So a rule that stops working is noticed, not believed.
 */
const broken: readonly { file: string; line: string; says: string }[] = [
  { file: 'protocol/a.ts', line: `import '#agent/x.ts';`, says: 'protocol is pure' },
  { file: 'protocol/b.ts', line: `import '#devices/x.ts';`, says: 'protocol is pure' },
  { file: 'protocol/c.ts', line: `import 'node:fs';`, says: 'protocol is pure' },
  { file: 'agent/a.ts', line: `import '#devices/x.ts';`, says: 'meets devices only as bytes' },
  { file: 'agent/b.ts', line: `import '#centre/x.ts';`, says: 'the centre only as messages' },
  { file: 'agent/c.ts', line: `import '#simulator/x.ts';`, says: 'agent ships on the hub' },
  { file: 'agent/hub/a.ts', line: `import '#agent/journal/x.ts';`, says: 'agent/hub is pure of I/O' },
  { file: 'agent/hub/b.ts', line: `import 'node:fs';`, says: 'I/O is handed in' },
  { file: 'agent/hub/c.ts', line: `import 'xstate';`, says: 'may import xstate' },
  { file: 'agent/hub/d.ts', line: `import '../lines/x.ts';`, says: 'each import line shows its layer' },
  { file: 'agent/drivers/a.ts', line: `import 'serialport';`, says: 'Only agent/lines may import serialport' },
  { file: 'agent/hub/e.ts', line: `import 'mqtt';`, says: 'may import mqtt' },
  {
    file: 'agent/uplink/a.ts',
    line: `import 'better-sqlite3';`,
    says: 'Only agent/journal and centre/store may import better-sqlite3',
  },
  { file: 'agent/uplink/b.ts', line: `import 'pino';`, says: 'Only agent/runtime may import pino' },
  { file: 'agent/journal/a.ts', line: `import 'commander';`, says: 'may import commander' },
  { file: 'agent/journal/b.ts', line: `import 'yaml';`, says: 'may import yaml' },
  { file: 'agent/hub/a.test.ts', line: `import '#devices/x.ts';`, says: 'meets devices only as bytes' },
  { file: 'devices/a.ts', line: `import '#agent/x.ts';`, says: 'they run without the agent' },
  { file: 'devices/b.ts', line: `import '#centre/x.ts';`, says: 'devices stand in for hardware' },
  { file: 'devices/c.ts', line: `import 'aedes';`, says: 'Only centre may import aedes' },
  { file: 'centre/a.ts', line: `import '#agent/x.ts';`, says: 'it meets the hub only as messages' },
  { file: 'centre/b.ts', line: `import 'better-sqlite3';`, says: 'may import better-sqlite3' },
  { file: 'simulator/a.ts', line: `import '#scripts/x.ts';`, says: 'come above it' },
  { file: 'scripts/a.ts', line: `import '#test/x.ts';`, says: 'never in test' },
  { file: 'agent/hub/f.ts', line: `setTimeout(() => {}, 1);`, says: 'Time is an argument' },
  { file: 'agent/hub/g.ts', line: `export const t = Date.now();`, says: 'Time is an argument' },
  { file: 'devices/d.ts', line: `export const r = Math.random();`, says: 'Chance is an argument' },
  { file: 'agent/uplink/c.ts', line: `process.exit();`, says: 'The process belongs to the composition roots' },
];

const allowed: readonly { file: string; line: string }[] = [
  { file: 'agent/lines/ok.ts', line: `import 'serialport';` },
  { file: 'agent/uplink/ok.ts', line: `import 'mqtt';` },
  { file: 'agent/journal/ok.ts', line: `import 'better-sqlite3';` },
  { file: 'centre/store/ok.ts', line: `import 'better-sqlite3';` },
  { file: 'agent/hub/ok.chart.ts', line: `import 'xstate';` },
  { file: 'agent/hub/ok.test.ts', line: `import '#test/x.ts';` },
  { file: 'simulator/ok.ts', line: `import '#agent/x.ts';` },
];

let house = '';
let findings: readonly { message: string; filename: string }[] = [];

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'welfare-hub-house-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(house, 'node_modules'));
  for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json']) {
    copyFileSync(file, join(house, file));
  }
  for (const { file, line } of [...broken, ...allowed]) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), `${line}\n`);
  }
  findings = lint();
});

afterAll(() => rmSync(house, { recursive: true }));

function lint(): { message: string; filename: string }[] {
  const rooms = ['agent', 'centre', 'devices', 'protocol', 'scripts', 'simulator'];
  const { stdout } = spawnSync('oxlint', ['--format=json', ...rooms], { cwd: house, encoding: 'utf8' });
  const report = JSON.parse(stdout) as { diagnostics: { message: string; help?: string; filename: string }[] };
  return report.diagnostics.map(({ message, help, filename }) => ({ message: `${message} ${help ?? ''}`, filename }));
}

test.each(broken)('the linter catches "$line" in $file', ({ file, says }) => {
  const messages = findings.filter((finding) => finding.filename.endsWith(file)).map((finding) => finding.message);
  expect(messages.join('\n')).toContain(says);
});

test.each(allowed)('the linter lets the owner of a library use it: "$line" in $file', ({ file }) => {
  expect(findings.filter((finding) => finding.filename.endsWith(file))).toEqual([]);
});

test('the compiler keeps Node out of protocol', () => {
  writeFileSync(join(house, 'protocol/impure.ts'), 'export const home = process.env;\n');
  copyFileSync('protocol/tsconfig.json', join(house, 'protocol/tsconfig.json'));
  const compiled = spawnSync('tsc', ['-p', 'protocol'], { cwd: house, encoding: 'utf8' });
  expect(compiled.status).not.toBe(0);
  expect(compiled.stdout).toMatch(/impure\.ts.*process/u);
});
