import type { Acknowledgement } from '#protocol/mqtt/acknowledgement.ts';
import type { Problem } from '#protocol/mqtt/problem.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { answers, callRequests, voiceModes } from '#protocol/scaip/codes.ts';

/**
 * How the centre answers: `handled` takes the report, `hold`, `busy` and `not-treated` answer so to reports only, and
 * `silent` answers nothing, heartbeats neither.
 */
export const policies = ['handled', 'hold', 'busy', 'not-treated', 'silent'] as const;

export type Policy = (typeof policies)[number];

/** What an acknowledgement says beside whom and what it answers. */
export type Verdict = Pick<Acknowledgement, 'snu' | 'ste' | 'mre' | 'cre' | 'tnu'>;

/** What the answer to an alarm says of voice (B3.1). */
export type VoiceWish = Pick<Acknowledgement, 'mre' | 'cre' | 'tnu'>;

/** After an alarm the hub calls its predefined receiver (B3.6). */
export const usualVoice: VoiceWish = { mre: voiceModes.duplex.code, cre: callRequests.callPredefined.code };

const unhandled = { hold: answers.hold, busy: answers.busy, 'not-treated': answers.notTreated } as const;

/** The answer to a report that can be read. */
export function verdictOn(record: ReportRecord, policy: Exclude<Policy, 'silent'>, voice: VoiceWish): Verdict {
  if (policy !== 'handled') {
    return { snu: unhandled[policy].code };
  }
  const { code: snu } = answers.handled;
  return record.report === 'alarm' ? { snu, ...voice } : { snu, mre: voiceModes.none.code };
}

/** The answer to a report that cannot be taken: which of SCAIP's numbers says why. */
export function refusalOf(problem: Problem): Verdict {
  switch (problem.code) {
    case 'body/too-long':
      return { snu: answers.tooLong.code };
    case 'body/not-text':
    case 'body/not-json':
    case 'body/unknown-version':
      return { snu: answers.badFormat.code };
    case 'body/missing':
      return { snu: answers.mandatoryTagMissing.code };
    default:
      return { snu: answers.badContent.code };
  }
}
