import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openJournal } from '#agent/journal/journal.ts';
import type { PendingReport, Stamp } from '#agent/hub/ports.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { sha256Hex as sha256 } from './keys.ts';
import { createOutbox, unjournalledLimit } from './outbox.ts';
import type { Path, PathName } from './path.ts';
import { windowSize } from './window.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => cleanUp.splice(0).forEach((clean) => clean()));

const settings = {
  answerWithinMs: 10 * secondMs,
  rounds: 16,
  roundEveryMs: 30 * secondMs,
  thenEveryMs: 10 * minuteMs,
  holdEveryMs: 10 * secondMs,
  holdAtMostMs: 30 * minuteMs,
};
const stamp: Stamp = { boot: 'b', monotonicMs: 0, wallMs: 0, trusted: true };

interface TestPath extends Path {
  sent: { ref: string; attempt: number; atMs: number }[];
  up: boolean;
  suspect: boolean;
  hurried: boolean;
}

/** An outbox on a real journal, with paths that note what they are given. */
function setUp(names: readonly PathName[] = ['primary'], { up = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  const { log, lines } = createLogRecorder();
  const journal = openJournal({ file: join(folder, 'journal.db'), log });
  cleanUp.push(() => {
    journal.close();
    rmSync(folder, { recursive: true });
  });
  const clock = createVirtualClock();
  const paths = names.map((name) => testPath(name, up));
  const rounds: { ref: string; round: number; atMs: number }[] = [];
  const faulty: { ref: string; snu: number }[] = [];
  const handled: { ref: string; path: PathName }[] = [];
  const outbox = createOutbox({
    journal,
    clock,
    log,
    settings: () => settings,
    paths,
    hash: sha256,
    roundOver: ({ ref }, round) => rounds.push({ ref, round, atMs: clock.monotonicMs() }),
    onFaultyAnswer: (_report, _path, { ref, snu }) => faulty.push({ ref, snu }),
    onHandled(report, path) {
      handled.push({ ref: report.ref, path: path.name });
      journal.commit(stamp, [{ kind: 'acknowledged', ref: report.ref, body: {} }]);
      outbox.settled(report.ref);
    },
  });

  function testPath(name: PathName, isUp: boolean): TestPath {
    const path: TestPath = {
      name,
      up: isUp,
      suspect: false,
      hurried: false,
      sent: [],
      isUp: () => path.up,
      isSuspect: () => path.suspect,
      hurry: (on) => (path.hurried = on),
      send(report, attempt) {
        path.sent.push({ ref: report.ref, attempt, atMs: clock.monotonicMs() });
        return true;
      },
    };
    return path;
  }

  function commit(ref: string, priority = 8): PendingReport {
    const body = { record: `{"ref":"${ref}"}`, buffered: false };
    const [seq = 0] = journal.commit(stamp, [{ kind: 'report', ref, priority, body }]);
    return { seq, ref, priority, stamp, body };
  }

  const [primary, reserve] = paths;
  return {
    clock,
    outbox,
    journal,
    lines,
    handled,
    rounds,
    faulty,
    primary: primary as TestPath,
    reserve: reserve as TestPath,
    commit,
    raise: (ref: string, priority?: number) => outbox.offer(commit(ref, priority), true),
    answer: (path: Path, ref: string, snu = 0, hash = sha256(`{"ref":"${ref}"}`)) =>
      outbox.answered(path, { ref, hash, snu, body: {} }),
    turn(path: TestPath, on: boolean) {
      path.up = on;
      outbox.pathChanged(path);
    },
  };
}

const refs = (path: TestPath) => path.sent.map(({ ref }) => ref);

describe('a primary that comes up while the reserve is asked (B2.2)', () => {
  test('is the next one to be asked, and not only in the next round', () => {
    const { clock, primary, reserve, raise, turn } = setUp(['primary', 'reserve']);
    turn(primary, false);
    raise('alarm');
    expect(refs(reserve)).toEqual(['alarm']);
    clock.advance(500);
    turn(primary, true);
    expect(refs(primary)).toEqual([]);
    clock.advance(9_500);
    expect(refs(primary)).toEqual(['alarm']);
  });

  test('is asked at once when the reserve has said that nobody is there', () => {
    const { primary, reserve, raise, turn } = setUp(['primary', 'reserve']);
    turn(primary, false);
    reserve.suspect = true;
    raise('alarm');
    expect(refs(reserve)).toEqual(['alarm']);
    turn(primary, true);
    expect(refs(primary)).toEqual(['alarm']);
  });
});

describe('order (B2.6)', () => {
  test('what waited goes out by priority, then by age, when the link comes back', () => {
    const { primary, raise, turn } = setUp(['primary'], { up: false });
    raise('fault', 4);
    raise('visit', 5);
    raise('alarm1', 8);
    raise('smoke', 9);
    raise('alarm2', 8);
    turn(primary, true);
    expect(refs(primary)).toEqual(['smoke', 'alarm1', 'alarm2', 'visit', 'fault']);
  });

  test('what waited in the journal when the hub started goes out in the same order', () => {
    const { outbox, primary, commit } = setUp();
    commit('fault', 4);
    commit('alarm', 8);
    outbox.load();
    outbox.pathChanged(primary);
    expect(refs(primary)).toEqual(['alarm', 'fault']);
  });

  test('a full window of lower reports never delays an alarm', () => {
    const { primary, raise } = setUp();
    for (let index = 0; index < 2 * windowSize; index += 1) {
      raise(`fault${index}`, 4);
    }
    expect(primary.sent).toHaveLength(windowSize);
    raise('alarm', 8);
    expect(refs(primary).at(-1)).toBe('alarm');
  });

  test('an acknowledgement makes room for the next', () => {
    const { primary, raise, answer } = setUp();
    for (let index = 0; index <= windowSize; index += 1) {
      raise(`fault${index}`, 4);
    }
    answer(primary, 'fault0');
    expect(refs(primary).at(-1)).toBe(`fault${windowSize}`);
  });
});

describe('attempts (B2.2, B2.3)', () => {
  test('unanswered, it is sent in 16 rounds 30 s apart, then every 10 minutes, always with the same reference', () => {
    const { clock, primary, raise } = setUp();
    raise('alarm');
    clock.advance(60 * minuteMs);
    const times = primary.sent.map(({ atMs }) => atMs / secondMs);
    expect(times.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, round) => round * 30));
    expect(times.slice(16)).toEqual([450 + 600, 450 + 1_200, 450 + 1_800, 450 + 2_400, 450 + 3_000]);
    expect(primary.sent.map(({ attempt }) => attempt)).toEqual(primary.sent.map((_, index) => index + 1));
    expect(new Set(refs(primary))).toEqual(new Set(['alarm']));
  });

  test('a path gets 10 s, then the next is tried, while a late answer of the first still counts', () => {
    const { clock, primary, reserve, raise, answer, handled } = setUp(['primary', 'reserve']);
    raise('alarm');
    clock.advance(settings.answerWithinMs);
    expect(reserve.sent).toEqual([{ ref: 'alarm', attempt: 2, atMs: 10_000 }]);
    answer(primary, 'alarm');
    expect(handled).toEqual([{ ref: 'alarm', path: 'primary' }]);
    clock.advance(60 * minuteMs);
    expect(primary.sent).toHaveLength(1);
  });

  test('a path that is down is skipped while another is up', () => {
    const { primary, reserve, raise, turn } = setUp(['primary', 'reserve']);
    turn(primary, false);
    raise('alarm');
    expect(refs(primary)).toEqual([]);
    expect(refs(reserve)).toEqual(['alarm']);
  });

  test('when the link comes back, what rests between rounds is tried at once', () => {
    const { clock, primary, raise, turn } = setUp();
    raise('alarm');
    clock.advance(20 * minuteMs);
    turn(primary, false);
    clock.advance(secondMs);
    turn(primary, true);
    expect(primary.sent.at(-1)?.atMs).toBe(20 * minuteMs + secondMs);
  });

  test('what was under way when the link went is sent again when it is back', () => {
    const { primary, raise, turn } = setUp();
    raise('alarm');
    turn(primary, false);
    turn(primary, true);
    expect(primary.sent.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('each round that is over is told, so that a short message may go out when no centre took the alarm', () => {
    const { clock, raise, rounds } = setUp(['primary', 'reserve']);
    raise('alarm');
    raise('fault', 4);
    clock.advance(2 * settings.roundEveryMs - 1);
    expect(rounds).toEqual([
      { ref: 'alarm', round: 1, atMs: 20_000 },
      { ref: 'alarm', round: 2, atMs: 50_000 },
    ]);
  });

  test('without any path an alarm has its rounds all the same, at once and at the usual times', () => {
    const { clock, raise, rounds } = setUp(['primary'], { up: false });
    raise('fault', 4);
    raise('alarm');
    clock.advance(60 * minuteMs);
    expect(rounds.every(({ ref }) => ref === 'alarm')).toBe(true);
    const times = rounds.map(({ atMs }) => atMs / secondMs);
    expect(times.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, round) => round * 30));
    expect(times.slice(16, 18)).toEqual([450 + 600, 450 + 1_200]);
  });

  test('an alarm that waited when the hub started has its rounds too, without any path', () => {
    const { outbox, clock, commit, rounds } = setUp(['primary'], { up: false });
    commit('alarm', 8);
    commit('fault', 4);
    outbox.load();
    clock.advance(minuteMs);
    expect(rounds.map(({ ref, round, atMs }) => [ref, round, atMs])).toEqual([
      ['alarm', 1, 0],
      ['alarm', 2, 30_000],
      ['alarm', 3, 60_000],
    ]);
  });

  test('rounds without a path do not use up the quick ones that the centre gets when the link is back', () => {
    const { clock, primary, raise, turn } = setUp(['primary'], { up: false });
    raise('alarm');
    clock.advance(60 * minuteMs);
    turn(primary, true);
    clock.advance(90 * secondMs);
    expect(primary.sent.map(({ atMs }) => atMs / secondMs - 3_600)).toEqual([0, 30, 60, 90]);
  });

  test('a path whose centre is known to be gone is skipped while another is well, and tried when none is', () => {
    const { clock, primary, reserve, raise } = setUp(['primary', 'reserve']);
    primary.suspect = true;
    raise('one');
    expect([refs(primary), refs(reserve)]).toEqual([[], ['one']]);
    reserve.suspect = true;
    raise('two');
    expect(refs(primary)).toEqual(['two']);
    clock.advance(settings.answerWithinMs);
    expect(refs(reserve)).toEqual(['one', 'two']);
  });

  test('a report that cannot be read is tried again in the next round, not at once for ever', () => {
    const { clock, journal, outbox, raise } = setUp();
    clock.advance(60 * minuteMs);
    Object.assign(journal, { findPending: () => undefined });
    raise('fault', 4);
    clock.advance(settings.roundEveryMs - 1);
    expect(outbox.counters().unreadable).toBe(1);
    clock.advance(1);
    expect(outbox.counters().unreadable).toBe(2);
  });

  test('the path hurries to reconnect for as long as an alarm waits', () => {
    const { primary, raise, answer } = setUp(['primary'], { up: false });
    raise('fault', 4);
    expect(primary.hurried).toBe(false);
    raise('alarm', 8);
    expect(primary.hurried).toBe(true);
    answer(primary, 'alarm');
    expect(primary.hurried).toBe(false);
  });
});

describe('answers (B2.1, B2.4, B2.7)', () => {
  test('an acknowledgement with another hash than the record is refused, counted and logged', () => {
    const { primary, raise, answer, handled, outbox, lines } = setUp();
    raise('alarm');
    answer(primary, 'alarm', 0, sha256('something else'));
    expect(handled).toEqual([]);
    expect(outbox.counters().wrongHash).toBe(1);
    expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { code: 'answer/wrong-hash', ref: 'alarm' } });
  });

  test('an acknowledgement for a reference that does not wait changes nothing', () => {
    const { primary, raise, answer, handled, outbox } = setUp();
    raise('alarm');
    answer(primary, 'stranger');
    expect(handled).toEqual([]);
    expect(outbox.counters().unknownReference).toBe(1);
  });

  test('on hold it is asked again with the same reference every 10 s, on that path alone, for 30 minutes', () => {
    const { clock, primary, reserve, raise, answer } = setUp(['primary', 'reserve']);
    raise('alarm');
    answer(primary, 'alarm', 4);
    for (let asked = 0; asked < 180; asked += 1) {
      clock.advance(10 * secondMs);
      answer(primary, 'alarm', 4);
    }
    expect(primary.sent).toHaveLength(181);
    expect(new Set(refs(primary))).toEqual(new Set(['alarm']));
    expect(reserve.sent).toEqual([{ ref: 'alarm', attempt: 182, atMs: 30 * minuteMs }]);
  });

  test.each([
    [5, 'not treated'],
    [6, 'busy'],
    [3, 'bad content'],
    [42, 'a number that nobody knows'],
  ])('answer %i (%s) moves to the next path at once, and loses nothing', (snu) => {
    const { clock, primary, reserve, raise, answer, journal } = setUp(['primary', 'reserve']);
    raise('alarm');
    answer(primary, 'alarm', snu);
    expect(reserve.sent).toHaveLength(1);
    answer(reserve, 'alarm', snu);
    clock.advance(settings.roundEveryMs);
    expect(primary.sent).toHaveLength(2);
    expect([...journal.pending()]).toHaveLength(1);
  });

  test('an answer that no centre should give is a fault besides, told once a report; "not treated" is none', () => {
    const { clock, primary, raise, answer, faulty, outbox } = setUp();
    raise('alarm');
    answer(primary, 'alarm', 5);
    expect(faulty).toEqual([]);
    for (const snu of [99, 42]) {
      clock.advance(settings.roundEveryMs);
      answer(primary, 'alarm', snu);
    }
    expect(faulty).toEqual([{ ref: 'alarm', snu: 99 }]);
    expect(outbox.counters()).toMatchObject({ notTreated: 3, faultyAnswers: 2 });
  });

  test('while a path holds it no round is over, so that no other way is tried', () => {
    const { clock, primary, reserve, raise, answer, rounds } = setUp(['primary', 'reserve']);
    raise('alarm');
    for (let asked = 0; asked < 20; asked += 1) {
      answer(primary, 'alarm', 4);
      clock.advance(settings.holdEveryMs);
    }
    expect([reserve.sent, rounds]).toEqual([[], []]);
  });

  test('a late "busy" from a path that is no longer asked changes nothing', () => {
    const { clock, primary, reserve, raise, answer } = setUp(['primary', 'reserve']);
    raise('alarm');
    clock.advance(settings.answerWithinMs);
    answer(primary, 'alarm', 6);
    expect(reserve.sent).toHaveLength(1);
    answer(reserve, 'alarm');
    expect(primary.sent).toHaveLength(1);
  });
});

describe('reports that the journal could not take (B1.1)', () => {
  test('go out from memory, and at the limit the lowest and youngest is dropped, said so', () => {
    const { primary, outbox, turn, lines } = setUp(['primary'], { up: false });
    for (let index = 0; index <= unjournalledLimit; index += 1) {
      const body = { record: `{"ref":"r${index}"}`, buffered: true };
      const priority = index === 7 ? 4 : 8;
      outbox.offer({ seq: Number.MAX_SAFE_INTEGER, ref: `r${index}`, priority, stamp, body }, false);
    }
    expect(outbox.waiting().count).toBe(unjournalledLimit);
    expect(outbox.counters().dropped).toBe(1);
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { ref: 'r7' } });
    turn(primary, true);
    expect(primary.sent).toHaveLength(windowSize);
  });
});
