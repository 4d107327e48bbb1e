import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import { drawReference } from '#agent/hub/reference.ts';
import type { Stamp } from '#agent/hub/ports.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { makeKey, sha256Hex } from '#centre/keys.ts';
import type { Log } from '#protocol/core/log.ts';
import { decodeAnswer, encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import type { Benchmark } from './benchmark.ts';
import { type LoopDisk, makeLoopDisk } from './loopDisk.ts';
import { takePairs } from './pairs.ts';

/** Each is two commits: the report, and its acknowledgement. Enough for several checkpoints of the log. */
const pressesAPair = 200;
const commitsAPair = 2 * pressesAPair;
const blockBytes = 4_096;

/** Bytes that reach the device for each commit of the journal, checkpoints and the file system's own included. */
export const bytesPerCommit: Benchmark = {
  name: 'bytes-per-commit',
  what: 'bytes to the device for each commit of the journal',
  async run({ pairs: count, folder, progress }) {
    const disk = makeLoopDisk(folder);
    try {
      const overwrite = openBlocks(join(disk.folder, 'blocks'));
      const journal = openJournal({ file: join(disk.folder, 'journal.db'), log: silent });
      try {
        const press = pressOn(journal);
        const pairs = await takePairs(
          count,
          async () => bytesOf(disk, commitsAPair, overwrite.block),
          async (pair) => {
            progress(`bytes-per-commit: pair ${pair + 1} of ${count}`);
            return bytesOf(disk, pressesAPair, press);
          },
        );
        const what = 'device bytes a commit / one 4 kB block overwritten and synced';
        return [{ name: 'bytes-per-commit', what, unit: 'B', pairs, target: 2 }];
      } finally {
        journal.close();
        overwrite.close();
      }
    } finally {
      disk.remove();
    }
  },
};

function bytesOf(disk: LoopDisk, times: number, action: () => void): number {
  const before = disk.bytesWritten();
  for (let time = 0; time < times; time += 1) action();
  return (disk.bytesWritten() - before) / commitsAPair;
}

/** The least that a durable commit can be: one block, overwritten in its place and synced. */
function openBlocks(file: string): { block(): void; close(): void } {
  const descriptor = openSync(file, 'w');
  const blocks = 64;
  writeSync(descriptor, Buffer.alloc(blocks * blockBytes));
  fsyncSync(descriptor);
  const bytes = Buffer.alloc(blockBytes, 1);
  let next = 0;
  return {
    block() {
      writeSync(descriptor, bytes, 0, blockBytes, (next % blocks) * blockBytes);
      fdatasyncSync(descriptor);
      next += 1;
    },
    close: () => closeSync(descriptor),
  };
}

/** A pendant's alarm and the centre's signed answer, as long as they are in service. */
function pressOn(journal: JournalFile): () => void {
  const clock = createRealClock();
  const random = createRealRandom();
  const key = makeKey();
  const hub = 'hub-0001';
  const boot = 'b5e1f2d0-5a0c-4b0e-9d6f-3f0a8c1d2e4b';
  const from = { from: 'pendant', dty: 3, did: '002a0001', stc: 10, pri: 8, lte: 'on the wrist' };
  return () => {
    const ref = drawReference(random);
    const wallMs = clock.wallMs();
    const stamp: Stamp = { boot, monotonicMs: Math.round(clock.monotonicMs()), wallMs, trusted: true };
    const when = { boot, monotonicMs: stamp.monotonicMs, wall: new Date(wallMs).toISOString(), trusted: true };
    const record = encodeRecord({ v: 1, hub, ref, report: 'alarm', ...from, when });
    const answer = decodeAnswer(encodeAnswer({ v: 1, hub, ref, hash: sha256Hex(record), snu: 0, mre: 1 }, key));
    if (!answer.ok) throw new Error(answer.problem.message);
    journal.commit(stamp, [{ kind: 'report', ref, priority: 8, body: { record, buffered: false } }]);
    journal.commit(stamp, [{ kind: 'acknowledged', ref, body: { path: 'primary', sealed: answer.value.sealed } }]);
  };
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
