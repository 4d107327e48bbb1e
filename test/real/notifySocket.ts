import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startProgram } from './program.ts';

/**
 * Listens as systemd does: each datagram is one line, its own lines apart by bars, and behind it who sent it. From READY
 * on, `starved` is said when the watchdog was not fed for its time.
 */
const listener = `
  use strict; use Socket; use Time::HiRes qw(time);
  $| = 1;
  my ($name, $period) = @ARGV;
  my $path = $name =~ s/^@/\\0/r;
  socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "$!";
  bind($socket, pack_sockaddr_un($path)) or die "$!";
  print "listens\\n";
  my $due;
  while (1) {
    my $ready = ''; vec($ready, fileno($socket), 1) = 1;
    my $left = defined $due ? $due - time : undef;
    # What came in time is read first, however late we are ourselves.
    my $is_there = select($ready, undef, undef, defined $left && $left < 0 ? 0 : $left);
    if ($is_there <= 0) { if (defined $due && $due <= time) { print "starved\\n"; undef $due } next }
    recv($socket, my $message, 65536, 0);
    # As systemd does it: this long from now at least, until it is fed again.
    $due = time + $1 / 1e6 if defined $due && $message =~ /^EXTEND_TIMEOUT_USEC=(\\d+)$/m && time + $1 / 1e6 > $due;
    $due = time + $period if $message =~ /^READY=1$/m || defined $due && $message =~ /^WATCHDOG=1$/m;
    undef $due if $message =~ /^STOPPING=1$/m;
    print join('|', split /\\n/, $message), "\\n";
  }
`;

export interface NotifySocket {
  /** What a service of this manager finds in its environment. */
  env: Readonly<Record<string, string>>;
  /** Each message, its lines apart by bars. */
  messages: readonly string[];
  /** Kept with the message when so many have held this. */
  told(what: string, times?: number): Promise<string>;
}

/** A service manager with a watchdog of so many milliseconds; it ends with the test. */
export async function openNotifySocket(options: { watchdogMs: number; abstract?: boolean }): Promise<NotifySocket> {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const name = options.abstract === true ? `@${folder}` : join(folder, 'socket');
  const program = startProgram(['perl', '-e', listener, name, String(options.watchdogMs / 1_000)]);
  await program.said('that it listens', (line) => line === 'listens');
  return {
    env: { NOTIFY_SOCKET: name, WATCHDOG_USEC: String(options.watchdogMs * 1_000) },
    messages: program.stdout,
    told: async (what, times) => await program.said(what, (line) => line.split('|').includes(what), times),
  };
}
