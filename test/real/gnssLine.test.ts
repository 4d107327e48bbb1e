import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SessionSettings } from '#agent/lines/session.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { secondMs } from '#protocol/core/time.ts';
import { allTroubles, type Ground, overcome } from '#test/contract/gnssContract.ts';
import { realClock } from './uplinkWorld.ts';

/** The driver gives up sooner than it does in a home: what it does is the same. */
const hasty: Partial<SessionSettings> = {
  silenceMs: 2 * secondMs,
  probeTimeoutMs: 1_500,
  reopenPauseMs: 50,
  reopenEveryMs: 50,
  closedGraceMs: 300,
  roundPauseMs: 100,
};

async function ptyGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'gnss-'));
  const link = join(folder, 'ttyGNSS');
  const line = createPtyLine({ link });
  await line.ready;
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  return {
    clock: realClock,
    openLine: openSerial(link),
    line: line.device,
    connector: line,
    settings: hasty,
    notice() {
      const met = waiting.filter(({ isSo }) => isSo());
      waiting = waiting.filter((one) => !met.includes(one));
      for (const { resolve } of met) resolve();
    },
    until(isSo) {
      if (isSo()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ isSo, resolve });
      });
    },
    async end() {
      await line.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** In the middle of a sentence, in a checksum, between two sentences: each costs real time. */
const bytes = [33, 66, 71];

const both = allTroubles.flatMap((trouble) => bytes.map((after) => ({ trouble, after })));

test.concurrent.for(both)(
  'on a pseudo terminal a receiver of positions that is $trouble behind byte $after is back, and no place is false',
  async ({ trouble, after }) => {
    expect(await overcome(await ptyGround(), trouble, after)).toEqual([]);
  },
);
