import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Answer, bare, choice, type Word, type Words } from '#protocol/core/words.ts';
import { casesShown, casesTold } from '#centre/prompt.ts';
import type { OperatorManner, StaffManner } from '#centre/rules/policy.ts';
import { operatorManners, staffManners } from '#centre/rules/policySchema.ts';
import type { Deed, Desk } from './desk.ts';

const deeds: readonly (readonly [deed: Deed, does: string])[] = [
  ['answer', 'the operator speaks with the client'],
  ['dispatch', 'staff are sent for'],
  ['accept', 'the staff accept'],
  ['decline', 'the staff decline'],
  ['close', 'ends a case when operator and client have talked; later on, in place of the staff: an exception (H22)'],
];

export interface DeskWordsOptions {
  desk: Desk;
  setOperator(manner: OperatorManner): void;
  setStaff(manner: StaffManner): void;
}

/** The words by which a person plays operator and staff. CASE is a reference, or HUB/REF where two hubs have the same. */
export function deskWords({ desk, setOperator, setStaff }: DeskWordsOptions): Words {
  return {
    ...Object.fromEntries(deeds.map(([deed, does]) => [deed, deedWord(desk, deed, does)])),
    open: bare('open', `the cases that are not at their end, the oldest ${casesShown}`, () =>
      success(casesTold(desk.open().slice(0, casesShown), 'no case is open')),
    ),
    text: {
      usage: 'text CASE',
      does: 'what the staff were sent, as long as it can be read',
      perform: (rest) => {
        const text = named(rest, desk.textOf);
        return text.ok ? success({ text: text.value }) : text;
      },
    },
    operator: choice('operator', operatorManners, 'what the operator does by itself from now on', (manner) => {
      setOperator(manner);
      return success({ text: `operator ${manner} from now on`, operator: manner });
    }),
    staff: choice('staff', staffManners, 'what staff do by themselves from now on, also on the phone', (manner) => {
      setStaff(manner);
      return success({ text: `staff ${manner} from now on`, staff: manner });
    }),
  };
}

function deedWord(desk: Desk, deed: Deed, does: string): Word {
  return {
    usage: `${deed} CASE`,
    does,
    perform: (rest) => {
      const done = named(rest, (name) => desk.perform(deed, name));
      if (!done.ok) return done;
      const { hub, ref, course } = done.value;
      const answer: Answer = { text: `${hub}  ${ref} is ${course?.stage}`, hub, ref, stage: course?.stage };
      return success(answer);
    },
  };
}

function named<Value>(
  [name, surplus]: readonly string[],
  perform: (name: string) => Result<Value, string>,
): Result<Value, string> {
  if (name === undefined) return failure('which case? open lists them');
  return surplus === undefined ? perform(name) : failure(`${JSON.stringify(surplus)} is one word too many`);
}
