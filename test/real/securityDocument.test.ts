import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram, welfareHub } from './program.ts';

const [setUp = '', programs = ''] = [...readFileSync('docs/security.md', 'utf8').matchAll(/```sh\n(.*?)```/gsu)].map(
  ([, block]) => block ?? '',
);

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

test('a newcomer sets a bench up by five commands of the document, and both hubs reach their centre', async () => {
  const folder = openFolder();
  const five = setUp.trim().split('\n');
  expect(five).toHaveLength(5);
  const script = [
    ...(own ? ['ip link set lo up'] : []),
    "trap 'kill $(jobs -p)' EXIT",
    'trap exit TERM',
    `cd '${folder}'`,
    `PATH='${folder}':$PATH:/usr/sbin`,
    ...five.slice(0, 4).map((line) => `${line} || exit 1`),
    `${five[4]} & until grep -q ':22B3 ' /proc/net/tcp; do read -rt 0.1 <> <(:); done`,
    ...programs
      .trim()
      .split('\n')
      .map((line) => `${line} < /dev/null &`),
    'wait',
  ].join('\n');
  const bench = startProgram([...(own ? alone : []), 'bash', '-c', script]);
  const beats = (hub: string) =>
    bench.said(`${hub} at its centre`, (line) => line.includes('heartbeat') && line.includes(hub));
  await Promise.all([beats('hub-0001'), beats('hub-0002')]);
  if (!own) {
    // With a room of its own everything in it ends with the program; without, bash ends what it has started.
    bench.kill('SIGTERM');
    await bench.end();
  }
  for (const key of [
    'authority/ca.key',
    'broker/server.key',
    'centres/centre-1/signing.pem',
    'hubs/hub-0001/hub-0001.key',
  ]) {
    expect(statSync(join(folder, 'bench', key)).mode & 0o777).toBe(0o600);
  }
});
