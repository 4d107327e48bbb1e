import { success } from '#protocol/core/result.ts';
import { type Answer, bare, choice, type Words } from '#protocol/core/words.ts';
import type { Centre } from './centre.ts';
import type { Case } from './events.ts';
import type { Contact, Hubs } from './hubs.ts';
import { policies } from './verdict.ts';

/** Characters of a line of the prompt. */
export const promptLineLimit = 4_000;

/** Cases that are shown. */
export const casesShown = 20;

/** The words by which a person looks at a centre and says how it answers. */
export function centreWords(centre: Centre, hubs: Hubs): Words {
  return {
    policy: choice('policy', policies, 'how the centre answers from now on', (policy) => {
      centre.setPolicy(policy);
      return success({ text: `the centre answers ${policy}`, policy });
    }),
    hubs: bare('hubs', 'the hubs that were heard, and whether they are there', () => success(hubsTold(hubs))),
    cases: bare('cases', `the last ${casesShown} cases`, () =>
      success(casesTold(centre.cases(casesShown), 'there is no case yet')),
    ),
  };
}

const contactWords: Readonly<Record<Contact, string>> = {
  kept: '',
  lost: ', lost',
  standby: ', on standby',
  ended: ', ended',
};

function hubsTold(hubs: Hubs): Answer {
  const all = [...hubs.all()].map(({ hub, state, contact, configuration, waiting }) => ({
    hub,
    state,
    contact,
    ...(configuration === undefined ? {} : { configuration }),
    ...(waiting === undefined ? {} : { waiting }),
  }));
  const lines = all.map(
    ({ hub, state, contact, configuration, waiting }) =>
      `${hub}  ${state}${contactWords[contact]}` +
      (configuration === undefined ? '' : `, configuration ${configuration}`) +
      (waiting === undefined ? '' : `, ${waiting} waiting`),
  );
  return { text: lines.join('\n') || 'no hub was heard yet', hubs: all };
}

/** Cases for people and programs, oldest first. */
export function casesTold(known: readonly Case[], none: string): Answer {
  const cases = known.map(({ hub, ref, record, arrivals, course }) => ({
    hub,
    ref,
    report: record.report,
    from: record.from,
    arrivals,
    ...(course === undefined ? {} : { stage: course.stage }),
  }));
  const lines = cases.map(
    ({ hub, ref, report, from, stage }) =>
      `${hub}  ${report} ${ref} from ${from}${stage === undefined ? '' : `, ${stage}`}`,
  );
  return { text: lines.join('\n') || none, cases };
}
