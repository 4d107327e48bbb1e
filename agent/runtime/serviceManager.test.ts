import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { createLogRecorder } from '#test/logRecorder.ts';
import { findServiceManager, waitingLimit } from './serviceManager.ts';

const pid = 4711;

function find(env: Readonly<Record<string, string>>) {
  const { log, lines } = createLogRecorder();
  const manager = findServiceManager({ PATH: process.env['PATH'], ...env }, { log, pid });
  if (manager !== undefined) onTestFinished(manager.end);
  return { manager, lines };
}

/** A manager's socket; it prints what comes, or never looks at it. */
async function listen(does: 'reads' | 'ignores'): Promise<{ name: string; lines: AsyncIterator<string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'manager-'));
  const name = join(folder, 'socket');
  const program = `
    use strict; use Socket; $| = 1;
    socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die; bind($socket, pack_sockaddr_un($ARGV[0])) or die;
    print "listens\\n"; sleep if $ARGV[1] eq 'ignores';
    while (defined recv($socket, my $message, 65536, 0)) { $message =~ s/\\n/|/g; print "$message\\n" }`;
  const child: ChildProcess = spawn('perl', ['-e', program, name, does], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(folder, { recursive: true });
  });
  if (child.stdout === null) throw new Error('a listener without output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('listens');
  return { name, lines };
}

test('without NOTIFY_SOCKET there is nobody to tell; a name that is none of a socket is told in the log', () => {
  expect(find({})).toMatchObject({ manager: undefined, lines: [] });
  expect(find({ NOTIFY_SOCKET: '' })).toMatchObject({ manager: undefined, lines: [] });
  expect(find({ NOTIFY_SOCKET: 'vsock:2:1' })).toMatchObject({ manager: undefined, lines: [{ level: 'error' }] });
});

test('a watchdog is ours when its process is, or when it names none', () => {
  const periodOf = (env: Readonly<Record<string, string>>) =>
    find({ NOTIFY_SOCKET: '/nowhere', ...env }).manager?.watchdogMs;
  expect(periodOf({})).toBeUndefined();
  expect(periodOf({ WATCHDOG_USEC: '30000000' })).toBe(30_000);
  expect(periodOf({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(pid) })).toBe(30_000);
  expect(periodOf({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' })).toBeUndefined();
  expect(periodOf({ WATCHDOG_USEC: '0' })).toBeUndefined();
  expect(periodOf({ WATCHDOG_USEC: 'soon' })).toBeUndefined();
});

test('what is told arrives as one message, and no text can put a line of its own into it', async () => {
  const { name, lines } = await listen('reads');
  const { manager } = find({ NOTIFY_SOCKET: name });
  manager?.tell('READY=1', 'STATUS=all is well\nMAINPID=1');
  expect((await lines.next()).value).toBe('READY=1|STATUS=all is well MAINPID=1');
  manager?.tell('STOPPING=1');
  manager?.end();
  expect((await lines.next()).value).toBe('STOPPING=1');
  expect(manager?.tell('WATCHDOG=1')).toBe(false);
});

test('a manager that does not read costs no memory: beyond the limit messages are dropped', async () => {
  const { name } = await listen('ignores');
  const { manager } = find({ NOTIFY_SOCKET: name });
  const enough = 20_000;
  const message = `STATUS=${'x'.repeat(1_000)}`;
  let taken = 0;
  while (taken < enough && manager?.tell(message) === true) taken += 1;
  // What the kernel holds, of the pipe and of the socket's queue, and what waits here.
  expect(taken * message.length).toBeLessThan(4 * 1_048_576 + waitingLimit);
  expect(manager?.tell(message)).toBe(false);
});
