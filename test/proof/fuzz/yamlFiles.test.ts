import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, welfareHub } from '#test/real/program.ts';

const aliases = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]\n`);
const keys = (count: number) => Array.from({ length: count }, (_, number) => `k${number}: 1\n`).join('');

/** What somebody might give to a program for a file of its own, and what it says of it. */
const files: Readonly<Record<string, readonly [says: RegExp, text: string | Uint8Array]>> = {
  'aliases-of-aliases': [/:1:1: aliases that stand for too much/u, `l0: &l0 [x]\n${aliases.join('')}`],
  'an-alias-of-itself': [/:1:5: the alias "a" stands within what it stands for|:1:8: the alias "a"/u, 'a: &a [*a]\n'],
  'a-key-twice': [/:2:1: the key "hub" is there twice/u, 'hub: a\nhub: b\n'],
  'lists-in-lists': [/:1:\d+: too deep/u, '- '.repeat(100_000)],
  'maps-in-maps': [/:1:\d+: too deep/u, '{a: '.repeat(60_000)],
  'many-keys': [/:1:1: unknown (?:key|word) "k0"/u, keys(20_000)],
  'what-all-objects-have': [/:1:1: unknown (?:key|word) "__proto__"/u, '__proto__: { hub: x }\nconstructor: 1\n'],
  'a-huge-number': [/:1:6: /u, `hub: ${'9'.repeat(100_000)}\n`],
  'a-tab': [/:2:1: Tabs are not allowed/u, 'hub:\n\t- x\n'],
  'a-tag': [/:1:6: Unresolved tag/u, 'hub: !!set { a }\n'],
  'ten-megabytes': [/:1:1: the file has \d+ bytes; right would be \d+ at most/u, 'a: 1\n'.repeat(2_000_000)],
  'no-text': [/:1:1: .*not UTF-8 text/u, Uint8Array.of(0x68, 0xff, 0, 0xc0)],
};

const folder = mkdtempSync(join(tmpdir(), 'yaml-'));

beforeAll(() => {
  mkdirSync(join(folder, 'files'));
  for (const [name, [, text]] of Object.entries(files)) writeFileSync(join(folder, 'files', `${name}.yaml`), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function told(...words: string[]): Promise<{ status: number | null; lines: readonly string[] }> {
  const program = startProgram(welfareHub(...words));
  const { status } = await program.end();
  return { status, lines: [...program.stdout, ...program.stderr] };
}

test('a scenario that is no text of a person is refused with its place, and the exit status says that the call was wrong', async () => {
  const { status, lines } = await told('scenario', 'run', join(folder, 'files'));
  expect(status).toBe(2);
  const untold = Object.entries(files).filter(
    ([name, [says]]) => !lines.some((line) => line.includes(`${name}.yaml`) && says.test(line)),
  );
  expect(untold.map(([name]) => name)).toEqual([]);
});

test.each(['lists-in-lists', 'many-keys', 'what-all-objects-have', 'ten-megabytes', 'an-alias-of-itself'])(
  'a configuration is refused so too: %s',
  async (name) => {
    const { status, lines } = await told('run', '--config', join(folder, 'files', `${name}.yaml`));
    expect(status).toBe(2);
    expect(lines.filter((line) => files[name]?.[0].test(line))).not.toEqual([]);
  },
);
