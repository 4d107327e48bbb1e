import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { usualPolicy } from '#centre/rules/policy.ts';
import { hourMs } from '#protocol/core/time.ts';
import { advance, beginning, type Course, type Happening, phoneCallsLimit, type Step } from './course.ts';

const policy = usualPolicy();

const happening = constantFrom<Happening>(
  { type: 'answer' },
  { type: 'no-voice', cause: 'the hub has no voice contact' },
  { type: 'dispatch' },
  { type: 'accept' },
  { type: 'decline' },
  { type: 'check-in', atMs: 0 },
  { type: 'check-out' },
  { type: 'no-check-out' },
  { type: 'close' },
  { type: 'due' },
);

/** A case after all of this, and what was told of it. A stage that is over when its time is up is over then. */
function live(happenings: readonly { what: Happening; afterMs: number }[]): { course: Course; steps: Step[] } {
  let nowMs = 0;
  let course = beginning({ policy, nowMs });
  const steps: Step[] = [];
  const take = (what: Happening): void => {
    const advanced = advance(course, what, { policy, nowMs });
    if (!advanced.ok) return;
    course = advanced.value.course;
    steps.push(...advanced.value.steps);
  };
  for (const { what, afterMs } of happenings) {
    const untilMs = nowMs + afterMs;
    for (let { dueMs } = course; dueMs !== undefined && dueMs <= untilMs; { dueMs } = course) {
      nowMs = dueMs;
      take({ type: 'due' });
    }
    nowMs = untilMs;
    if (what.type !== 'due') take(what);
  }
  return { course, steps };
}

const lives = array(record({ what: happening, afterMs: integer({ min: 0, max: hourMs }) }), { maxLength: 40 });
const has = (steps: readonly Step[], event: Step['event']): boolean => steps.some((step) => step.event === event);

test('whatever happens, a client is spoken with, visited or sent for before the case ends (H15)', () => {
  assert(
    property(lives, (happenings) => {
      const { course, steps } = live(happenings);
      const isLookedAfter = has(steps, 'answered') || has(steps, 'dispatched') || has(steps, 'arrived');
      expect(course.stage !== 'closed' || isLookedAfter).toBe(true);
    }),
    { numRuns: 5_000, seed: 1 },
  );
});

test('whatever happens, nobody is forgotten: who waits for somebody is waited for until a time, or somebody is told', () => {
  assert(
    property(lives, (happenings) => {
      const { course, steps } = live(happenings);
      const mayLast = ['talking', 'visited', 'closed'].includes(course.stage);
      const isTold = course.stage === 'phoning' && has(steps, 'nobody-comes');
      expect(mayLast || isTold || course.dueMs !== undefined).toBe(true);
    }),
    { numRuns: 5_000, seed: 2 },
  );
});

test('whatever happens, staff are sent for once, and phoned so often at most', () => {
  assert(
    property(lives, (happenings) => {
      const { steps } = live(happenings);
      expect(steps.filter(({ event }) => event === 'dispatched').length).toBeLessThanOrEqual(1);
      expect(steps.filter(({ event }) => event === 'phoned').length).toBeLessThanOrEqual(phoneCallsLimit);
    }),
    { numRuns: 5_000, seed: 3 },
  );
});
