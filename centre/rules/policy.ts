import type { Static } from 'typebox';
import type { Policy } from '#centre/verdict.ts';
import { readDocument } from '#protocol/configuration/document.ts';
import { type DocumentProblem, shown } from '#protocol/configuration/problem.ts';
import { filled, milliseconds } from '#protocol/configuration/values.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { hint } from '#protocol/core/words.ts';
import { placeholderForm, placeholders } from './clients.ts';
import { type operatorManners, policySchema, type staffManners } from './policySchema.ts';

export type OperatorManner = (typeof operatorManners)[number];
export type StaffManner = (typeof staffManners)[number];

/** How a centre behaves: a policy file with every default filled in, durations in milliseconds. */
export interface CentrePolicy {
  answers: Policy;
  /** H4, H9. */
  heartbeat: { intervalMs: number; tellHubs: boolean; missed: number };
  /** H14, H15. */
  operator: {
    does: OperatorManner;
    afterMs: number;
    talksForMs: number;
    afterwards: 'dispatch' | 'close';
    voiceWithinMs: number;
  };
  /** H18 to H21. */
  staff: {
    does: StaffManner;
    afterMs: number;
    onThePhone: StaffManner;
    afterPhoneMs: number;
    acceptWithinMs: number;
    phoneEveryMs: number;
    arriveWithinMs: number;
    readableForMs: number;
    /** With placeholders. */
    text: string;
  };
  keepMs: number;
}

/** Reads a policy that was parsed already. */
export function readPolicy(value: unknown): Result<CentrePolicy, readonly DocumentProblem[]> {
  const read = readDocument(policySchema, value);
  if (!read.ok) return read;
  const policy = toPolicy(read.value);
  const problems = [...intervalProblems(policy), ...textProblems(policy)];
  return problems.length === 0 ? success(policy) : failure(problems);
}

/** What a centre does without a policy file: a person is operator and staff, and who does not answer is sent for (H15). */
export function usualPolicy(): CentrePolicy {
  const read = readPolicy({});
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('; '));
  return read.value;
}

function toPolicy({ answers, heartbeat, operator, staff, keep }: Static<typeof policySchema>): CentrePolicy {
  return {
    answers: filled(answers),
    heartbeat: {
      intervalMs: milliseconds(heartbeat?.interval),
      tellHubs: filled(heartbeat?.tellHubs),
      missed: filled(heartbeat?.missed),
    },
    operator: {
      does: filled(operator?.does),
      afterMs: milliseconds(operator?.after),
      talksForMs: milliseconds(operator?.talksFor),
      afterwards: filled(operator?.afterwards),
      voiceWithinMs: milliseconds(operator?.voiceWithin),
    },
    staff: {
      does: filled(staff?.does),
      afterMs: milliseconds(staff?.after),
      onThePhone: filled(staff?.onThePhone),
      afterPhoneMs: milliseconds(staff?.afterPhone),
      acceptWithinMs: milliseconds(staff?.acceptWithin),
      phoneEveryMs: milliseconds(staff?.phoneEvery),
      arriveWithinMs: milliseconds(staff?.arriveWithin),
      readableForMs: milliseconds(staff?.readableFor),
      text: filled(staff?.text),
    },
    keepMs: milliseconds(keep),
  };
}

/** The answer holds minutes, 1 to 1440 (B4.5). */
function intervalProblems({ heartbeat: { intervalMs, tellHubs } }: CentrePolicy): DocumentProblem[] {
  if (!tellHubs || intervalMs % minuteMs === 0) return [];
  const message = 'heartbeat.interval is told to the hubs in minutes; right would be whole ones, or tellHubs: false';
  return [{ path: ['heartbeat', 'interval'], at: 'value', message }];
}

function textProblems({ staff: { text } }: CentrePolicy): DocumentProblem[] {
  const unknown = [...text.matchAll(placeholderForm)].flatMap(([, name = '']) =>
    placeholders.some((known) => known === name) ? [] : [name],
  );
  return unknown.map((name) => {
    const message = `staff.text: there is no placeholder ${shown(`{${name}}`)}; ${hint(name, placeholders)}`;
    return { path: ['staff', 'text'], at: 'value', message };
  });
}
