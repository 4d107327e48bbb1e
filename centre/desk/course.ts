import { failure, type Result, success } from '#protocol/core/result.ts';
import type { CentrePolicy } from '#centre/rules/policy.ts';

/** Calls to the staff about one case; then a person has to find another way. */
export const phoneCallsLimit = 12;

/** Where the case of an alarm stands: from the client's call (H14) to the end of the visit (H21). */
export type Stage =
  /** Nobody has spoken with the client yet. */
  | 'waiting'
  | 'talking'
  /** Staff have the text and are asked to accept (H18). */
  | 'offered'
  /** They are phoned: nobody accepted (H19), or nobody came (H21). */
  | 'phoning'
  /** They are on their way (H20). */
  | 'accepted'
  /** They have checked in. */
  | 'visited'
  | 'closed';

/** All times are wall time in milliseconds since 1970, so that they outlive a restart of the centre. */
export interface Course {
  stage: Stage;
  /** When the stage began, or the last call to the staff. */
  sinceMs: number;
  /** By then the next thing has happened, or the centre acts; absent where a stage may last. */
  dueMs?: number;
  dispatchedMs?: number;
  acceptedMs?: number;
  arrivedMs?: number;
  /** Calls to the staff so far. */
  calls: number;
  /** Nobody is on the phone any more: the last call was declined, or was the last of all. */
  declined?: true;
}

/** What happens to a case. */
export type Happening =
  /** The operator speaks with the client. */
  | { type: 'answer' }
  /** There is no voice contact, for this cause (H15). */
  | { type: 'no-voice'; cause: string }
  | { type: 'dispatch' }
  | { type: 'accept' }
  | { type: 'decline' }
  /** Staff have checked in on the hub, at this wall time. */
  | { type: 'check-in'; atMs: number }
  | { type: 'check-out' }
  /** The hub says that nobody has checked out (B9.3). */
  | { type: 'no-check-out' }
  | { type: 'close' }
  /** The stage has lasted too long. */
  | { type: 'due' };

/** A step of a case as it is told and logged (H17). */
export type Step =
  | { event: 'answered'; afterMs: number }
  | { event: 'dispatched'; cause: string }
  | { event: 'accepted'; byPhone: boolean }
  | { event: 'declined'; byPhone: boolean }
  | { event: 'phoned'; call: number; cause: string }
  | { event: 'nobody-comes'; calls: number }
  /** `afterMs` is from the acceptance to the check-in (H20). */
  | { event: 'arrived'; afterMs?: number }
  | { event: 'not-checked-out' }
  /** An exception is a visit that the centre acknowledges in place of the staff (H22). */
  | { event: 'closed'; cause: string; exception: boolean };

export interface Advance {
  course: Course;
  steps: readonly Step[];
}

export interface Rules {
  policy: CentrePolicy;
  nowMs: number;
}

export function beginning({ policy, nowMs }: Rules): Course {
  return { stage: 'waiting', sinceMs: nowMs, dueMs: nowMs + policy.operator.voiceWithinMs, calls: 0 };
}

/** The course of a case after something has happened. The problem says why it is not the moment for it. */
export function advance(course: Course, happening: Happening, rules: Rules): Result<Advance, string> {
  switch (happening.type) {
    case 'answer':
      return answer(course, rules);
    case 'no-voice':
      return success(canDispatch(course) ? dispatch(course, happening.cause, rules) : unchanged(course));
    case 'dispatch':
      if (!canDispatch(course)) return failure(`staff are not sent for twice: the case is ${course.stage}`);
      return success(dispatch(course, 'the operator decided so', rules));
    case 'accept':
      return accept(course, rules);
    case 'decline':
      return decline(course, rules);
    case 'check-in':
      return success(checkIn(course, happening.atMs, rules));
    case 'check-out':
      return success(course.stage === 'visited' ? close(course, 'the visit is over', rules) : unchanged(course));
    case 'no-check-out':
      return success(
        course.stage === 'visited' ? { course, steps: [{ event: 'not-checked-out' }] } : unchanged(course),
      );
    case 'close':
      return closeByHand(course, rules);
    default:
      return success(overdue(course, rules));
  }
}

/** What operator and staff do by themselves in this stage (the policy's `does`), and when. */
export function ownDeed(
  course: Course,
  { operator, staff }: CentrePolicy,
): { does: Happening; atMs: number } | undefined {
  const does = ownHappening(course, operator, staff);
  return does === undefined ? undefined : { does: does[0], atMs: course.sinceMs + does[1] };
}

function ownHappening(
  { stage, declined }: Course,
  operator: CentrePolicy['operator'],
  staff: CentrePolicy['staff'],
): [Happening, number] | undefined {
  if (stage === 'waiting' && operator.does === 'answers') return [{ type: 'answer' }, operator.afterMs];
  if (stage === 'waiting' && operator.does === 'hangs-up') {
    return [{ type: 'no-voice', cause: 'the operator hung up' }, operator.afterMs];
  }
  // Who talks by hand also ends it by hand.
  if (stage === 'talking' && operator.does === 'answers') return [{ type: operator.afterwards }, operator.talksForMs];
  if (stage === 'offered') return staffDeed(staff.does, staff.afterMs);
  const isCalled = stage === 'phoning' && declined === undefined;
  return isCalled ? staffDeed(staff.onThePhone, staff.afterPhoneMs) : undefined;
}

function staffDeed(manner: CentrePolicy['staff']['does'], afterMs: number): [Happening, number] | undefined {
  if (manner === 'does-not-answer') return undefined;
  return [{ type: manner === 'accepts' ? 'accept' : 'decline' }, afterMs];
}

function unchanged(course: Course): Advance {
  return { course, steps: [] };
}

/** Into another stage, which lasts so long at most. */
function enter(course: Course, stage: Stage, { nowMs }: Rules, atMostMs?: number): Course {
  const { dueMs: _before, declined: _then, ...rest } = course;
  return { ...rest, stage, sinceMs: nowMs, ...(atMostMs === undefined ? {} : { dueMs: nowMs + atMostMs }) };
}

function answer(course: Course, rules: Rules): Result<Advance, string> {
  if (course.stage !== 'waiting') return failure(`nobody waits for an answer: the case is ${course.stage}`);
  const afterMs = rules.nowMs - course.sinceMs;
  return success({ course: enter(course, 'talking', rules), steps: [{ event: 'answered', afterMs }] });
}

/** Staff are sent for once, and not when they are there already. */
function canDispatch({ stage, dispatchedMs, arrivedMs }: Course): boolean {
  const isUndecided = stage === 'waiting' || stage === 'talking' || stage === 'closed';
  return isUndecided && dispatchedMs === undefined && arrivedMs === undefined;
}

function dispatch(course: Course, cause: string, rules: Rules): Advance {
  const offered = enter(course, 'offered', rules, rules.policy.staff.acceptWithinMs);
  return { course: { ...offered, dispatchedMs: rules.nowMs }, steps: [{ event: 'dispatched', cause }] };
}

function isAsked({ stage }: Course): boolean {
  return stage === 'offered' || stage === 'phoning';
}

function accept(course: Course, rules: Rules): Result<Advance, string> {
  if (!isAsked(course)) return failure(`nobody is asked to accept: the case is ${course.stage}`);
  const accepted = enter(course, 'accepted', rules, rules.policy.staff.arriveWithinMs);
  const byPhone = course.stage === 'phoning';
  return success({ course: { ...accepted, acceptedMs: rules.nowMs }, steps: [{ event: 'accepted', byPhone }] });
}

/** It is one telephone of a team that declines: waiting for another answer would be waiting for nobody. */
function decline(course: Course, rules: Rules): Result<Advance, string> {
  if (!isAsked(course)) return failure(`nobody is asked to accept: the case is ${course.stage}`);
  const declined: Step = { event: 'declined', byPhone: course.stage === 'phoning' };
  if (course.stage === 'phoning') return success({ course: { ...course, declined: true }, steps: [declined] });
  const phoned = phone(course, 'they declined', rules);
  return success({ course: phoned.course, steps: [declined, ...phoned.steps] });
}

function phone(course: Course, cause: string, rules: Rules): Advance {
  if (course.calls >= phoneCallsLimit) {
    const left: Course = { ...enter(course, 'phoning', rules), declined: true };
    return { course: left, steps: [{ event: 'nobody-comes', calls: course.calls }] };
  }
  const calls = course.calls + 1;
  const phoning = enter(course, 'phoning', rules, rules.policy.staff.phoneEveryMs);
  return { course: { ...phoning, calls }, steps: [{ event: 'phoned', call: calls, cause }] };
}

function checkIn(course: Course, atMs: number, rules: Rules): Advance {
  if (course.stage === 'closed' || course.stage === 'visited') return unchanged(course);
  const { acceptedMs } = course;
  // Clocks of hub and centre may differ by more than staff need.
  const afterMs = acceptedMs === undefined ? undefined : Math.max(0, atMs - acceptedMs);
  const arrived: Step = { event: 'arrived', ...(afterMs === undefined ? {} : { afterMs }) };
  return { course: { ...enter(course, 'visited', rules), arrivedMs: atMs }, steps: [arrived] };
}

function close(course: Course, cause: string, rules: Rules, exception = false): Advance {
  return { course: enter(course, 'closed', rules), steps: [{ event: 'closed', cause, exception }] };
}

function closeByHand(course: Course, rules: Rules): Result<Advance, string> {
  switch (course.stage) {
    case 'waiting':
      return failure('nobody has spoken with the client: answer it, or dispatch (H15)');
    case 'closed':
      return failure('the case is closed already');
    case 'talking':
      return success(close(course, 'the operator has spoken with the client', rules));
    default:
      return success(close(course, 'acknowledged by the centre in place of the staff', rules, true));
  }
}

function overdue(course: Course, rules: Rules): Advance {
  switch (course.stage) {
    case 'waiting':
      return dispatch(course, 'nobody answered the client', rules);
    case 'offered':
      return phone(course, 'nobody accepted', rules);
    case 'phoning':
      return phone(course, 'nobody accepted on the phone', rules);
    case 'accepted':
      return phone(course, 'nobody has checked in', rules);
    default:
      return unchanged(course);
  }
}
