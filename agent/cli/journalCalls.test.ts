import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** Calls that never come to a journal, each as a program of its own. */
const program = `
  import { journalCommand } from '#agent/cli/journal.ts';
  await journalCommand().parseAsync(['node', 'welfare-hub', ...process.argv.slice(1)]);
`;

async function call(words: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, WELFARE_HUB_CONFIG: '' };
  return await new Promise((resolve) => {
    const options = ['--input-type=module', '--eval', program, '--', ...words];
    const child = execFile(process.execPath, options, { env }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

describe.concurrent('a wrong call or file ends with status 2 and says what would be right', () => {
  test.each<[string, string[], string]>([
    ['no journal named', ['list'], 'which journal? Say --file FILE, --config FILE or set WELFARE_HUB_CONFIG'],
    ['a journal that is not there', ['list', '--file', '/nowhere/a.db'], 'there is no journal'],
    ['a file that is no journal', ['list', '--file', import.meta.filename], 'is damaged, or never was a journal'],
    ['a journal to verify that is not there', ['verify', '--config', '/nowhere/hub.yaml'], 'hub.yaml'],
    ['a mistyped option', ['list', '--fiel', 'a'], 'Did you mean --file?'],
    ['a moment that is none', ['list', '--from', '2026-02-30'], 'Right would be like 2026-01-15'],
    ['a limit of none', ['list', '--limit', '0'], 'Right would be a number from 1 to 100000'],
    ['a kind from nowhere', ['list', '--kind', 'alarms'], 'Allowed choices are report, acknowledged'],
    ['no format', ['export', '--file', 'a'], "'--format <format>' not specified"],
    ['no reference', ['show', '--file', 'a'], "missing required argument 'ref'"],
    ['an unknown command', ['lst'], 'Did you mean list?'],
  ])('%s', async (_, words, message) => {
    const { status, stdout, stderr } = await call(words);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
  });
});

describe.concurrent('help', () => {
  test.each(['list', 'show', 'export', 'verify'])('journal %s --help has an example', async (name) => {
    const { status, stdout } = await call([name, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(`Example:\n  $ welfare-hub journal ${name}`);
  });
});
