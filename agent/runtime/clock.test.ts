import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { earliestWallMs } from '#agent/hub/time/hubTime.ts';
import type { Log } from '#protocol/core/log.ts';
import { hourMs, secondMs } from '#protocol/core/time.ts';
import { readBootId } from './boot.ts';
import { createRealClock } from './clock.ts';
import { createRealRandom } from './random.ts';

const script = `
  import { createRealClock } from '#agent/runtime/clock.ts';
  import { readBootId } from '#agent/runtime/boot.ts';
  process.stdout.write(JSON.stringify({ boot: readBootId(console), monotonicMs: createRealClock().monotonicMs() }));
`;

let warnings: string[] = [];

const log: Log = {
  debug: () => {},
  info: () => {},
  warn: (_, message) => warnings.push(message),
  error: () => {},
};

beforeEach(() => {
  warnings = [];
});

describe('the real clock', () => {
  test('counts from the start of the machine, so that the stamps of two programs compare', () => {
    const clock = createRealClock();
    const before = clock.monotonicMs();
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    const after = clock.monotonicMs();
    const other = JSON.parse(child.stdout) as { boot: string; monotonicMs: number };
    expect(other.boot).toBe(readBootId(log));
    expect(other.monotonicMs).toBeGreaterThan(before);
    expect(other.monotonicMs).toBeLessThan(after);
  });

  test('calls when the time has come, not before, and at once when it has passed', async () => {
    const clock = createRealClock();
    const dueMs = clock.monotonicMs() + 5;
    const firedMs = await new Promise<number>((resolve) => {
      clock.at(dueMs, () => resolve(clock.monotonicMs()));
    });
    expect(firedMs).toBeGreaterThanOrEqual(dueMs);
    await new Promise<void>((resolve) => {
      clock.at(dueMs, resolve);
    });
  });
});

describe('a timer of the real clock', () => {
  let timers: SinonFakeTimers;

  beforeEach(() => {
    timers = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime', 'Date'] });
  });

  afterEach(() => timers.restore());

  test('may be longer than what Node can wait: sixty days fire after sixty days', () => {
    const clock = createRealClock();
    const fired: number[] = [];
    const sixtyDaysMs = 60 * 24 * hourMs;
    clock.at(sixtyDaysMs, () => fired.push(clock.monotonicMs()));
    timers.tick(sixtyDaysMs - 1);
    expect(fired).toEqual([]);
    timers.tick(1);
    expect(fired).toEqual([sixtyDaysMs]);
  });

  test('is not moved by a jump of the wall clock (B12.1)', () => {
    const clock = createRealClock();
    let fired = 0;
    clock.at(10 * secondMs, () => {
      fired += 1;
    });
    timers.setSystemTime(Date.UTC(2040, 0, 1));
    timers.tick(9_999);
    expect(fired).toBe(0);
    timers.tick(1);
    expect(fired).toBe(1);
  });

  test('does nothing once it is taken back, however often and whenever', () => {
    const clock = createRealClock();
    let fired = 0;
    const cancel = clock.at(40 * 24 * hourMs, () => {
      fired += 1;
    });
    timers.tick(30 * 24 * hourMs);
    cancel();
    cancel();
    timers.tick(30 * 24 * hourMs);
    expect(fired).toBe(0);
  });

  test('trusts the wall clock only when it was set from the network and shows a possible time (B12.2)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'clock-'));
    const synchronizedFile = join(folder, 'synchronized');
    const clock = createRealClock({ synchronizedFile });
    timers.setSystemTime(earliestWallMs);
    expect(clock.wallTrusted()).toBe(false);
    writeFileSync(synchronizedFile, '');
    expect(clock.wallTrusted()).toBe(true);
    timers.setSystemTime(earliestWallMs - 1);
    expect(clock.wallTrusted()).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe('the name of the boot', () => {
  test("is the kernel's, the same for everybody", () => {
    expect(readBootId(log)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
    expect(readBootId(log)).toBe(readBootId(log));
    expect(warnings).toEqual([]);
  });

  test.each(['/nowhere', '/dev/null'])('is new each time where the kernel has none, and that is logged: %s', (file) => {
    expect(readBootId(log, file)).not.toBe(readBootId(log, file));
    expect(warnings).toHaveLength(2);
  });
});

describe('the real dice', () => {
  test('fall evenly from 0 up to 1, and not the same way twice', () => {
    const [one, other] = [createRealRandom(), createRealRandom()];
    const drawn = Array.from({ length: 20_000 }, one);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(drawn).size).toBe(drawn.length);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    // Twelve standard deviations: never by chance.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.025);
    expect(Array.from({ length: 4 }, other)).not.toEqual(drawn.slice(0, 4));
  });
});
