import { success } from '#protocol/core/result.ts';
import { type Answer, bare, choice, type Words } from '#protocol/core/words.ts';
import type { Centre } from './centre.ts';
import type { CentreEvent } from './events.ts';
import type { Policy } from './policy.ts';

/** Characters of a line of the prompt. */
export const promptLineLimit = 4_000;

/** Hubs that are remembered, and cases that are shown. */
export const hubsLimit = 10_000;
export const casesShown = 20;

const policies: readonly Policy[] = ['handled', 'hold', 'busy', 'not-treated', 'silent'];

interface HeardHub {
  state: 'online' | 'offline' | 'unknown';
  configuration?: number;
  waiting?: number;
}

/** What hubs have said of themselves since the centre runs. */
export interface HeardHubs {
  hear(event: CentreEvent): void;
  all(): ReadonlyMap<string, HeardHub>;
}

export function createHeardHubs(): HeardHubs {
  const hubs = new Map<string, HeardHub>();
  return {
    hear(event) {
      if (event.event !== 'hub-state' && event.event !== 'heartbeat') return;
      const known = hubs.get(event.hub);
      if (known === undefined && hubs.size >= hubsLimit) return;
      hubs.set(event.hub, { ...known, ...heardOf(event) });
    },
    all: () => hubs,
  };
}

function heardOf(event: Extract<CentreEvent, { event: 'hub-state' | 'heartbeat' }>): HeardHub {
  if (event.event === 'heartbeat') {
    const { configuration, waiting } = event.heartbeat;
    return { state: 'online', configuration, waiting };
  }
  const { state, configuration } = event.state;
  return { state, ...(configuration === undefined ? {} : { configuration }) };
}

/** The words by which a person looks at a centre and says how it answers. */
export function centreWords(centre: Centre, hubs: HeardHubs): Words {
  return {
    policy: choice('policy', policies, 'how the centre answers from now on', (policy) => {
      centre.setPolicy(policy);
      return success({ text: `the centre answers ${policy}`, policy });
    }),
    hubs: bare('hubs', 'the hubs that were heard', () => success(hubsTold(hubs))),
    cases: bare('cases', `the last ${casesShown} cases`, () => success(casesTold(centre))),
  };
}

function hubsTold(hubs: HeardHubs): Answer {
  const all = [...hubs.all()].map(([hub, heard]) => ({ hub, ...heard }));
  const lines = all.map(({ hub, state, configuration, waiting }) =>
    [
      `${hub}  ${state}`,
      ...(configuration === undefined ? [] : [`configuration ${configuration}`]),
      ...(waiting === undefined ? [] : [`${waiting} waiting`]),
    ].join(', '),
  );
  return { text: lines.join('\n') || 'no hub was heard yet', hubs: all };
}

function casesTold(centre: Centre): Answer {
  const last = centre.cases().slice(-casesShown);
  const cases = last.map(({ hub, ref, record, arrivals }) => ({
    hub,
    ref,
    report: record.report,
    from: record.from,
    arrivals,
  }));
  const lines = cases.map(({ hub, ref, report, from }) => `${hub}  ${report} ${ref} from ${from}`);
  return { text: lines.join('\n') || 'there is no case yet', cases };
}
