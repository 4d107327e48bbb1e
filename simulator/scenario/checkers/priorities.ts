import { type Checker, eventsOf } from './checker.ts';

/** What an alarm's priority is by the kind of who raises it (B16). */
const alarms: Readonly<Record<string, readonly number[]>> = {
  smoke: [9],
  pendant: [8],
  'extra-pendant': [8],
  'light-press': [8],
  fall: [8],
  epilepsy: [8],
  'voice-trigger': [8],
  gps: [7, 8],
  mat: [7],
  door: [7],
  bed: [7],
  motion: [7],
  radar: [7],
};

const others: Readonly<Record<string, readonly number[]>> = {
  visit: [5],
  fault: [4],
  maintenance: [3],
  restore: [1, 3, 4],
  test: [2],
  information: [1],
};

/** Nothing is more urgent than it is, or less: fire before all, people before things (B16). */
export const checkPriorities: Checker = (trace) => {
  const kinds = new Map<string, string>(trace.hub.accessories.map(({ name, kind }) => [name, kind]));
  return eventsOf(trace, 'journal').flatMap(({ report = '', from = '', ref = '', priority, atMs, sequence }) => {
    const right = report === 'alarm' ? alarms[kinds.get(from) ?? ''] : others[report];
    if (priority === undefined || right === undefined || right.includes(priority)) return [];
    const message = `${report} ${ref} from ${from} has priority ${priority}; right would be ${right.join(' or ')}`;
    return [{ rule: 'B16', atMs, message, event: sequence }];
  });
};
