import { type ChildProcess, spawn } from 'node:child_process';
import type { Log } from '#protocol/core/log.ts';

/** systemd, or what speaks its protocol: it is told how the hub is (sd_notify(3)). */
export interface ServiceManager {
  /** How long it waits for `WATCHDOG=1`, milliseconds; undefined when it does not watch. */
  watchdogMs: number | undefined;
  /** Tells it some lines, such as `READY=1`, as one message. False when that was dropped, for it does not read. */
  tell(...lines: string[]): boolean;
  /** Nothing more is told; what was, still arrives. */
  end(): void;
}

/** Most characters that wait for the helper: a manager that does not read must not fill the memory. */
export const waitingLimit = 4_096;

/** Ends one message to the helper; a message holds newlines. */
const terminator = '\0';

/**
 * Sends what it reads as datagrams, which Node cannot. It outlives the signals that end a hub, because the last word is
 * still to be told, and ends with its input. A name that begins with @ is an abstract one (unix(7)).
 */
const helper = `
  use strict; use Socket;
  $SIG{$_} = 'IGNORE' for qw(TERM INT HUP);
  my $name = $ENV{NOTIFY_SOCKET}; $name =~ s/^@/\\0/;
  socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "$!";
  $/ = "\\0";
  while (my $message = <STDIN>) { chomp $message; send($socket, $message, 0, pack_sockaddr_un($name)) }
`;

/**
 * The service manager that started this process, by its environment; undefined when there is none, and then nothing is
 * told to anybody. What is told goes through one helper process: systemd must take it from any process of the service
 * (`NotifyAccess=all`). A helper that is gone is started anew with the next message.
 */
export function findServiceManager(
  env: Readonly<Record<string, string | undefined>>,
  { log, pid }: { log: Log; pid: number },
): ServiceManager | undefined {
  const { NOTIFY_SOCKET: name = '', WATCHDOG_USEC: usec, WATCHDOG_PID: watched = String(pid) } = env;
  if (name === '') return undefined;
  if (!/^[/@]./u.test(name)) {
    log.error({ step: 'service', name }, 'NOTIFY_SOCKET is no path of a socket: nobody is told how the hub is');
    return undefined;
  }
  let child: ChildProcess | undefined;
  let isEnding = false;

  function start(): ChildProcess {
    const started = spawn('perl', ['-e', helper], {
      env: { PATH: env['PATH'], NOTIFY_SOCKET: name },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const gone = (reason: string): void => {
      if (child === started) child = undefined;
      if (!isEnding) log.error({ step: 'service', reason }, 'the helper that tells the service manager is gone');
    };
    started.once('error', ({ message }) => gone(message));
    started.once('exit', (status, signal) => gone(`it ended with ${status ?? signal}`));
    // The hub does not wait for it to end: it may be held up by a manager that does not read.
    started.unref();
    // What is written to one that is gone is lost: that it is gone is told.
    started.stdin?.on('error', () => {});
    return started;
  }

  return {
    watchdogMs: watched === String(pid) ? periodOf(usec) : undefined,
    tell(...lines) {
      if (isEnding) return false;
      child ??= start();
      const { stdin } = child;
      if (stdin === null || stdin.writableLength > waitingLimit) return false;
      stdin.write(`${lines.map(oneLine).join('\n')}${terminator}`);
      return true;
    },
    end() {
      isEnding = true;
      // What waits behind a manager that does not read is not waited for.
      if (child?.stdin?.writableLength === 0) child.stdin.end();
      else child?.stdin?.destroy();
    },
  };
}

function periodOf(usec = ''): number | undefined {
  const ms = Number(usec) / 1_000;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function oneLine(line: string): string {
  return line.replaceAll(/[\n\0]/gu, ' ');
}
