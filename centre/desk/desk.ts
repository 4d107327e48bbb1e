import { type CaseBook, caseName, isOpen } from '#centre/cases.ts';
import type { Case, CentreEvent, CentreListener } from '#centre/events.ts';
import type { Clients } from '#centre/rules/clients.ts';
import type { CentrePolicy } from '#centre/rules/policy.ts';
import { causeWords } from '#centre/story.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Cancel, Clock } from '#protocol/core/time.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { advance, beginning, type Happening, ownDeed } from './course.ts';

/** Cases that may be open at once. An alarm more is answered busy: the hub goes to the reserve and comes back (B2.4). */
export const openCasesLimit = 100_000;

export interface DeskOptions {
  clock: Clock;
  book: CaseBook;
  /** As it is now: a person may change it while the centre runs. */
  policy(): CentrePolicy;
  clients: Clients;
  listener: CentreListener;
  /** Sends the text to the staff's phone (H18). */
  sendText(to: { hub: string; ref: string }, text: string): void;
  /** Asks a hub to close its visit (H22). */
  closeVisit(hub: string): void;
  /** How many cases may be open, `openCasesLimit` unless a test says otherwise. */
  openLimit?: number;
}

/** What a person can do about a case. */
export type Deed = 'answer' | 'dispatch' | 'accept' | 'decline' | 'close';

/** Where operators answer alarms and send for staff (H14 to H22). */
export interface Desk {
  /** What happens at the centre: alarms, and what the hub says of voice and visits. */
  hear(event: CentreEvent): void;
  /** Does something about a case, named by its reference or by `HUB/REF`. */
  perform(deed: Deed, name: string): Result<Case, string>;
  /** The text that the staff were sent, as long as it can be read (H18). */
  textOf(name: string): Result<string, string>;
  hasRoom(): boolean;
  /** Those that are not at their end, oldest first. */
  open(): readonly Case[];
  /** Another policy counts from now on, also for what is under way. */
  policyChanged(): void;
}

/** Takes up the cases that the book says are open, each where it stood. */
export function createDesk(options: DeskOptions): Desk {
  const { clock, book, policy, clients, listener, sendText, closeVisit, openLimit = openCasesLimit } = options;
  const open = new Map<string, Case>();
  /** The same by their hub: a visit concerns those of one home. */
  const homes = new Map<string, Set<Case>>();
  const timers = new Map<string, Cancel>();

  /** The next thing that comes by itself: what operator or staff do, or that the stage has lasted too long. */
  function watch(known: Case): void {
    const { course } = known;
    const name = caseName(known);
    timers.get(name)?.();
    timers.delete(name);
    if (course === undefined || !isOpen(known)) return;
    const own = ownDeed(course, policy());
    const { dueMs = Number.POSITIVE_INFINITY } = course;
    const next = own !== undefined && own.atMs <= dueMs ? own : { does: { type: 'due' } as const, atMs: dueMs };
    if (next.atMs === Number.POSITIVE_INFINITY) return;
    // The wall clock says how much is left; a jump of it moves no timer that is set.
    const atMs = clock.monotonicMs() + Math.max(0, next.atMs - clock.wallMs());
    timers.set(
      name,
      clock.at(atMs, () => happen(known, next.does)),
    );
  }

  function happen(known: Case, happening: Happening): Result<Case, string> {
    const rules = { policy: policy(), nowMs: clock.wallMs() };
    const advanced = advance(known.course ?? beginning(rules), happening, rules);
    if (!advanced.ok) return advanced;
    const { course, steps } = advanced.value;
    known.course = course;
    book.keepCourse(known);
    note(known);
    const { hub, ref } = known;
    for (const step of steps) {
      listener({ ...step, hub, ref });
      if (step.event === 'dispatched') sendText({ hub, ref }, fill(known));
      if (step.event === 'closed' && step.exception) closeVisit(hub);
    }
    watch(known);
    return success(known);
  }

  function note(known: Case): void {
    const { hub } = known;
    const home = homes.get(hub) ?? new Set();
    if (isOpen(known)) {
      open.set(caseName(known), known);
      homes.set(hub, home.add(known));
    } else {
      open.delete(caseName(known));
      home.delete(known);
      if (home.size === 0) homes.delete(hub);
    }
  }

  function fill({ hub, ref, record }: Case): string {
    return clients.fill(policy().staff.text, { hub, ref, cause: causeWords(record) });
  }

  function begin(known: Case): void {
    known.course = beginning({ policy: policy(), nowMs: clock.wallMs() });
    book.keepCourse(known);
    note(known);
    watch(known);
  }

  /** What the hub reports has been taken. */
  function taken(known: Case): void {
    const { report, stc } = known.record;
    if (report === 'alarm') begin(known);
    else if (report === 'update' && stc === statusCodes.noVoiceContact.code) noVoice(known);
    else if (report === 'visit') visit(known);
    else if (report === 'information' && stc === statusCodes.timeExpired.code) {
      atHome(known).forEach((one) => happen(one, { type: 'no-check-out' }));
    }
  }

  /** No voice contact always leads to a dispatch (H15), also where another centre has the alarm itself. */
  function noVoice(update: Case): void {
    const { hub, record } = update;
    const alarm = record.of === undefined ? undefined : book.find(hub, record.of);
    // The desk's own, where it has one: a book need not give the same one twice.
    const known = alarm?.course === undefined ? update : (open.get(caseName(alarm)) ?? alarm);
    happen(known, { type: 'no-voice', cause: 'the hub has no voice contact' });
  }

  function visit(report: Case): void {
    const { stc, when } = report.record;
    const isOut = stc === statusCodes.checkOut.code;
    const atMs = when.trusted ? Date.parse(when.wall) : clock.wallMs();
    atHome(report).forEach((one) => happen(one, isOut ? { type: 'check-out' } : { type: 'check-in', atMs }));
  }

  /** The open cases of a home that were raised before this was said. */
  function atHome({ hub, record: said }: Case): Case[] {
    return [...(homes.get(hub) ?? [])].filter(({ record }) => !isBefore(said.when, record.when));
  }

  function named(name: string): Result<Case, string> {
    const [hub = '', ref] = name.split('/');
    if (ref !== undefined) {
      const known = open.get(name) ?? book.find(hub, ref);
      return known?.course === undefined ? failure(`there is no alarm ${JSON.stringify(name)}`) : success(known);
    }
    const found = [...open.values()].filter((known) => known.ref === name);
    const [one, other] = found;
    if (one === undefined) return failure(`no open case is ${JSON.stringify(name)}; open lists them`);
    if (other !== undefined) return failure(`which? ${found.map(caseName).join(' or ')}`);
    return success(one);
  }

  book.open().forEach(note);
  open.forEach(watch);

  return {
    hear(event) {
      if ((event.event === 'opened' || event.event === 'repeated') && event.taken) taken(event.case);
    },
    perform(deed, name) {
      const known = named(name);
      return known.ok ? happen(known.value, { type: deed }) : known;
    },
    textOf(name) {
      const known = named(name);
      if (!known.ok) return known;
      const { course } = known.value;
      if (course?.dispatchedMs === undefined) return failure('nobody was sent for');
      const untilMs =
        course.acceptedMs === undefined ? Number.POSITIVE_INFINITY : course.acceptedMs + policy().staff.readableForMs;
      const isOver = clock.wallMs() >= untilMs || (course.acceptedMs === undefined && course.stage === 'closed');
      return isOver ? failure('the text cannot be read any more (H18)') : success(fill(known.value));
    },
    hasRoom: () => open.size < openLimit,
    open: () => [...open.values()],
    policyChanged: () => open.forEach(watch),
  };
}

/** Reports come by priority: a check-in may be older than the alarm that came before it. Where nobody knows, it is not. */
function isBefore(one: ReportRecord['when'], other: ReportRecord['when']): boolean {
  if (one.boot === other.boot) return one.monotonicMs < other.monotonicMs;
  return one.trusted && other.trusted && Date.parse(one.wall) < Date.parse(other.wall);
}
