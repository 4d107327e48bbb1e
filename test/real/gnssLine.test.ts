import { expect, test } from 'vitest';
import type { SessionSettings } from '#agent/lines/session.ts';
import { secondMs } from '#protocol/core/time.ts';
import { allTroubles, overcome } from '#test/contract/gnssContract.ts';
import { ptyGround } from '#test/contract/ground.ts';

/** The driver gives up sooner than it does in a home: what it does is the same. */
const hasty: Partial<SessionSettings> = {
  silenceMs: 2 * secondMs,
  probeTimeoutMs: 1_500,
  reopenPauseMs: 50,
  reopenEveryMs: 50,
  closedGraceMs: 300,
  roundPauseMs: 100,
};

/** In the middle of a sentence, in a checksum, between two sentences: each costs real time. */
const bytes = [33, 66, 71];

const both = allTroubles.flatMap((trouble) => bytes.map((after) => ({ trouble, after })));

test.concurrent.for(both)(
  'on a pseudo terminal a receiver of positions that is $trouble behind byte $after is back, and no place is false',
  async ({ trouble, after }) => {
    expect(await overcome(await ptyGround(hasty), trouble, after)).toEqual([]);
  },
);
