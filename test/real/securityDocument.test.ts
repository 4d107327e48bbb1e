import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Program, startProgram, welfareHub } from './program.ts';

const [setUp = '', programs = '', keys = ''] = [
  ...readFileSync('docs/security.md', 'utf8').matchAll(/```sh\n(.*?)```/gsu),
].map(([, block]) => block ?? '');

/** A network of its own, where this user may make one: then nobody else has the port of the document. */
const alone = ['unshare', '--map-root-user', '--net', '--pid', '--fork', '--kill-child'];
const own = spawnSync('unshare', [...alone.slice(1), 'ip', 'link', 'set', 'lo', 'up']).status === 0;

/** A folder in which `welfare-hub` is this checkout's. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'security-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = join(folder, 'welfare-hub');
  writeFileSync(
    command,
    `#!/bin/sh\nexec ${welfareHub()
      .map((word) => `'${word}'`)
      .join(' ')} "$@"\n`,
  );
  chmodSync(command, 0o755);
  return folder;
}

/** What each of the document's programs is told from the outside comes through a pipe of its own. */
const pipes = ['centre', 'radio-1', 'radio-2', 'hub-1', 'hub-2'];

const hubs = [
  ['hub-0001', 'radio-1'],
  ['hub-0002', 'radio-2'],
] as const;

interface Bench {
  folder: string;
  program: Program;
  /** Says something to one of the programs. */
  say(pipe: string, words: string): void;
}

/** Does the five commands and starts the programs, until both hubs are at their centre. */
async function startBench(): Promise<Bench> {
  const folder = openFolder();
  const five = setUp.trim().split('\n');
  expect(five).toHaveLength(5);
  const lines = programs.trim().split('\n');
  expect(lines).toHaveLength(pipes.length);
  const script = [
    ...(own ? ['ip link set lo up'] : []),
    "trap 'kill $(jobs -p)' EXIT",
    'trap exit TERM',
    `cd '${folder}'`,
    `PATH='${folder}':$PATH:/usr/sbin`,
    `mkfifo ${pipes.join(' ')}`,
    ...five.slice(0, 4).map((line) => `${line} || exit 1`),
    `${five[4]} & until grep -q ':22B3 ' /proc/net/tcp; do read -rt 0.1 <> <(:); done`,
    ...lines.map((line, index) => `${line} <> ${pipes[index]} &`),
    'wait',
  ].join('\n');
  const program = startProgram([...(own ? alone : []), 'bash', '-c', script]);
  // A hub that was there before its centre beats again much later; that it is there is told at once.
  const isThere = (hub: string) => program.said(`${hub} at its centre`, (line) => line.includes(`${hub}  online`));
  await Promise.all([isThere('hub-0001'), isThere('hub-0002')]);
  return { folder, program, say: (pipe, words) => writeFileSync(join(folder, pipe), `${words}\n`) };
}

/** With a room of its own everything in it ends with the program; without, bash ends what it has started. */
async function endBench({ program }: Bench): Promise<void> {
  if (own) return;
  program.kill('SIGTERM');
  await program.end();
}

test('a newcomer sets a bench up by five commands of the document, and both hubs deliver a press over TLS', async () => {
  const bench = await startBench();
  const { folder, program, say } = bench;
  await program.said('both radios to be in use', (line) => line.includes('device ready'), 2);
  for (const [hub, radio] of hubs) {
    say(radio, 'press pendant');
    const isHandled = (line: string): boolean => line.includes(`${hub}  alarm `) && line.includes('handled');
    await program.said(`the alarm of ${hub}`, isHandled);
  }
  for (const key of [
    'authority/ca.key',
    'broker/server.key',
    'centres/centre-1/signing.pem',
    'hubs/hub-0001/hub-0001.key',
  ]) {
    expect(statSync(join(folder, 'bench', key)).mode & 0o777).toBe(0o600);
  }
  await endBench(bench);
});

test('what the document signs without a centre is delivered by one and taken by both hubs', async () => {
  const bench = await startBench();
  const { folder, program, say } = bench;
  const { centre } = parse(readFileSync(join(folder, 'bench/hubs/hub-0001/hub.yaml'), 'utf8')) as {
    centre: { primary: object };
  };
  const primary = { ...centre.primary, tls: undefined };
  const accessories = [{ name: 'pendant', kind: 'pendant', id: '002a0001' }];
  writeFileSync(join(folder, 'next.yaml'), stringify({ centre: { primary }, accessories }));
  const said: string[] = [];
  for (const line of keys.trim().split('\n')) {
    const [, ...words] = line.split(' ');
    const [command = '', ...parameters] = welfareHub(...words);
    const done = spawnSync(command, parameters, { cwd: folder, encoding: 'utf8' });
    expect([line, done.status, done.stderr]).toEqual([line, 0, '']);
    said.push(done.stdout);
  }
  expect(said[0]).toContain('hubs/hub-0002/hub.yaml (centre.primary)');
  expect(said[1]).toMatch(/^days left +82[0-9]$/mu);

  const isDone = (name: string) => (line: string) => line.includes(`${name} S`) && line.includes('done');
  for (const [count, file] of ['configuration', 'announced', 'retired'].entries()) {
    say('centre', `deliver ${file}.signed`);
    const name = count === 0 ? 'configure' : 'rotate-key';
    await program.said(`both hubs to have taken ${file}.signed`, isDone(name), count === 2 ? 4 : 2);
    expect(statSync(join(folder, `${file}.signed`)).mode & 0o777).toBe(0o600);
  }
  await endBench(bench);
});
