import { spawn } from 'node:child_process';
import type { OpenLine } from '#protocol/core/line.ts';

/** What of a reader's complaint is kept. */
const complaintLimit = 300;

/**
 * A device of the kernel's that only speaks (`/dev/input/event0`), or a FIFO that stands in for one. It is read by a
 * process of its own: a read in ours would hold one of Node's few threads for as long as nobody presses anything, and
 * could not be called off when the hub ends.
 */
export function openInput(path: string): OpenLine {
  return (_settings, listener) => {
    const reader = spawn('cat', ['--', path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    let over = false;
    const end = (reason: string): void => {
      if (over) return;
      over = true;
      listener.closed(reason);
    };
    reader.once('spawn', () => {
      if (!over) listener.opened();
    });
    reader.stdout.on('data', (bytes: Buffer) => {
      if (!over) listener.received(new Uint8Array(bytes));
    });
    reader.stderr.on('data', (bytes: Buffer) => {
      complaint = `${complaint}${bytes.toString()}`.slice(0, complaintLimit);
    });
    reader.once('error', (error) => end(`${path} cannot be read: ${error.message}`));
    reader.once('close', () => end(complaint.trim().replace(/^cat: /u, '') || `${path} is gone`));
    return {
      write() {},
      close() {
        over = true;
        reader.kill('SIGTERM');
      },
    };
  };
}
