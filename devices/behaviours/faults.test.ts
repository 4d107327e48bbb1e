import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { behavioursLimit, createFront, putOffLimit } from './behaviour.ts';
import { type FaultName, faults } from './faults.ts';

const answer = { kind: 'answer', bytes: Uint8Array.of(1, 2, 3, 4) } as const;
const unasked = { kind: 'unasked', bytes: Uint8Array.of(5, 6, 7, 8) } as const;

function setUp(...names: FaultName[]) {
  const clock = createVirtualClock();
  const written: { atMs: number; bytes: number[] }[] = [];
  let restarts = 0;
  const front = createFront({
    clock,
    random: createSeededRandom(5),
    write: (bytes) => written.push({ atMs: clock.monotonicMs(), bytes: [...bytes] }),
    restart: () => (restarts += 1),
  });
  for (const name of names) front.put(name, faults[name]);
  return { clock, front, written, bytes: () => written.flatMap(({ bytes }) => bytes), restarts: () => restarts };
}

describe('a device that is told to misbehave', () => {
  test('behaves when nothing stands in front of it', () => {
    const { front, bytes } = setUp();
    front.send(answer);
    expect(bytes()).toEqual([1, 2, 3, 4]);
    expect(front.takesCommand()).toBe(false);
  });

  test('silent: says nothing', () => {
    const { front, clock, bytes } = setUp('silent');
    front.send(answer);
    front.send(unasked);
    clock.advance(60_000);
    expect(bytes()).toEqual([]);
  });

  test('late-answers: answers long after the host gave up, but telegrams come in time', () => {
    const { front, clock, written } = setUp('late-answers');
    front.send(answer);
    front.send(unasked);
    clock.advance(60_000);
    expect(written).toEqual([
      { atMs: 0, bytes: [5, 6, 7, 8] },
      { atMs: 3_000, bytes: [1, 2, 3, 4] },
    ]);
  });

  test('late-answers: no more than its limit are put off; the next comes in time', () => {
    const { front, clock, written } = setUp('late-answers');
    for (let count = 0; count < putOffLimit; count += 1) front.send(answer);
    expect(written).toEqual([]);
    front.send(answer);
    expect(written).toHaveLength(1);
    clock.advance(3_000);
    expect(written).toHaveLength(putOffLimit + 1);
  });

  test('late-answers: never come when the device lost its memory', () => {
    const { front, clock, bytes } = setUp('late-answers');
    front.send(answer);
    front.forget();
    clock.advance(60_000);
    expect(bytes()).toEqual([]);
  });

  test('duplicate-answers: answers twice, telegrams once', () => {
    const { front, bytes } = setUp('duplicate-answers');
    front.send(answer);
    front.send(unasked);
    expect(bytes()).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('wrong-checksums: about half of the frames end wrongly, and nothing else of them changes', () => {
    const { front, written } = setUp('wrong-checksums');
    for (let count = 0; count < 1_000; count += 1) front.send(answer);
    expect(written.every(({ bytes }) => bytes.slice(0, 3).join() === '1,2,3')).toBe(true);
    const wrong = written.filter(({ bytes }) => bytes[3] !== 4).length;
    expect(wrong).toBeGreaterThan(400);
    expect(wrong).toBeLessThan(600);
  });

  test('partial-writes: everything comes in pieces, in order', () => {
    const { front, clock, written, bytes } = setUp('partial-writes');
    front.send(answer);
    front.send(unasked);
    clock.advance(60_000);
    expect(bytes()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(written.length).toBeGreaterThanOrEqual(4);
    expect(written.at(-1)?.atMs).toBeGreaterThan(0);
  });

  test('babbling: random bytes come by themselves, until it is told to stop', () => {
    const { front, clock, bytes } = setUp('babbling');
    clock.advance(60_000);
    const count = bytes().length;
    expect(count).toBeGreaterThan(1_000);
    front.clear();
    clock.advance(60_000);
    expect(bytes()).toHaveLength(count);
    expect(clock.waiting()).toBe(0);
  });

  test('reboot-in-command: restarts over one command, and takes the next', () => {
    const { front, restarts } = setUp('reboot-in-command');
    expect([front.takesCommand(), front.takesCommand()]).toEqual([true, false]);
    expect(restarts()).toBe(1);
  });

  test('asks the newest behaviour first, and the older one where that declines', () => {
    const { front, bytes } = setUp('silent', 'duplicate-answers');
    front.send(answer);
    front.send(unasked);
    expect(bytes()).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(front.names()).toEqual(['duplicate-answers', 'silent']);
  });

  test('has a behaviour of one name once, and of different names up to the limit', () => {
    const { front } = setUp('silent', 'silent');
    expect(front.names()).toEqual(['silent']);
    const put = Array.from({ length: behavioursLimit }, (_, index) => front.put(`another-${index}`, faults.silent));
    expect(put.indexOf(false)).toBe(behavioursLimit - 1);
  });
});
