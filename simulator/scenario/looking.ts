import type { WorldEvent, WorldState } from '#simulator/world/world.ts';
import type { LookedFor, LookedForState } from './scenario.ts';

type Heartbeat = Extract<WorldEvent, { kind: 'heartbeat' }>;
type Arrival = Extract<WorldEvent, { kind: 'arrival' }>;
type Row = Extract<WorldEvent, { kind: 'journal' }>;
type Message = Extract<WorldEvent, { kind: 'sms' }>;

/** Looks at what has happened, and knows what came before. */
export interface Looking {
  /**
   * Whether an event is what is looked for. A report is its first arrival at any centre, whatever the answer: what comes
   * again by the same reference is no further report. Where a place is named, each arrival there is one.
   */
  matches(event: WorldEvent, lookedFor: LookedFor): boolean;
  /** How many there are between two times of the scenario in milliseconds, both included; each report once. */
  count(lookedFor: LookedFor, fromMs: number, toMs: number): number;
}

/** `events` may grow, and only at its end. */
export function lookAt(events: readonly WorldEvent[]): Looking {
  // The sequences of the events that were the first of their report: at any centre, and at each place.
  const first = new Set<number>();
  const firstThere = new Set<number>();
  const seen = new Set<string>();
  const rows = new Map<string, Row>();
  let known = 0;

  function isNew(key: string): boolean {
    const before = seen.size;
    return seen.add(key).size > before;
  }

  function catchUp(): void {
    for (; known < events.length; known += 1) {
      const event = events[known];
      if (event?.kind === 'journal' && event.entry === 'report' && event.ref !== undefined) rows.set(event.ref, event);
      if (event?.kind === 'arrival') {
        if (isNew(event.ref) && !event.repeat) first.add(event.sequence);
        if (isNew(`${event.ref} at ${event.at}`)) firstThere.add(event.sequence);
      }
      if (event?.kind === 'sms' && event.ref !== undefined && isNew(`${event.ref} at sms`)) {
        firstThere.add(event.sequence);
      }
    }
  }

  function matches(event: WorldEvent, lookedFor: LookedFor): boolean {
    catchUp();
    const other = otherMatch(event, lookedFor);
    if (other !== undefined) return other;
    if (event.kind === 'heartbeat') return isHeartbeat(event, lookedFor);
    if (event.kind === 'sms') return lookedFor.at === 'sms' && carries(event, lookedFor, rows);
    if (event.kind !== 'arrival') return false;
    if (lookedFor.at === undefined ? !first.has(event.sequence) : lookedFor.at !== event.at) return false;
    const isThere = lookedFor.location === undefined || lookedFor.location === event.location;
    const isProved = lookedFor.verified === undefined || lookedFor.verified === isVerified(event);
    return isReport(event, lookedFor) && isThere && isProved;
  }

  return {
    matches,
    count(lookedFor, fromMs, toMs) {
      catchUp();
      return events.filter((event) => {
        const isAgain = (event.kind === 'arrival' || event.kind === 'sms') && !firstThere.has(event.sequence);
        const isReportAgain = isAgain && lookedFor.at !== undefined;
        return event.atMs >= fromMs && event.atMs <= toMs && !isReportAgain && matches(event, lookedFor);
      }).length;
    },
  };
}

/** What is no report is looked for by one key alone; undefined when it is a report that is looked for. */
function otherMatch(event: WorldEvent, lookedFor: LookedFor): boolean | undefined {
  const { voice, sms, light, sound, journal, log } = lookedFor;
  if (voice !== undefined) return event.kind === 'voice' && event.is === voice;
  if (sms !== undefined) return event.kind === 'sms' && event.is === 'sent' && new RegExp(sms, 'u').test(event.text);
  if (light !== undefined) return event.kind === 'light' && event.name === light;
  if (sound !== undefined) return event.kind === 'sound' && event.name === sound;
  if (journal !== undefined) return event.kind === 'journal' && event.entry === journal;
  return log === undefined ? undefined : event.kind === 'log' && event.level === log;
}

/**
 * Only who says so looks for heartbeats: "any report by the hub" means one that was worth a row in the journal. A probe of
 * a path that is not in use is none (B4.4).
 */
function isHeartbeat(event: Heartbeat, { report, from, at, tells = {} }: LookedFor): boolean {
  if (report !== 'heartbeat' || event.probe || (from ?? 'hub') !== 'hub' || (at ?? event.at) !== event.at) return false;
  const told = toldBy(event);
  return Object.entries(tells).every(([key, expected]) => told[key] === expected);
}

/** What a heartbeat says (B4.2), in the words of a scenario. */
function toldBy(event: Heartbeat): Readonly<Record<string, unknown>> {
  const { power, chargePercent, access, signalDbm, waiting, missed = 0, configuration } = event;
  return {
    power,
    charge: chargePercent === undefined ? undefined : `${Math.round(chargePercent)}%`,
    access,
    signal: signalDbm === undefined ? undefined : `${signalDbm}dBm`,
    waiting,
    missed,
    configuration,
  };
}

function isReport(
  told: Pick<Arrival | Row, 'report' | 'from' | 'status' | 'priority' | 'buffered'>,
  lookedFor: LookedFor,
): boolean {
  const { report, from, status, priority, buffered } = lookedFor;
  return (
    (report ?? told.report) === told.report &&
    (from ?? told.from) === told.from &&
    (status ?? told.status) === told.status &&
    (priority ?? told.priority) === told.priority &&
    (buffered ?? told.buffered) === told.buffered
  );
}

/** A short message that carries a report says what the journal says of its reference. */
function carries({ is, ref }: Message, lookedFor: LookedFor, rows: ReadonlyMap<string, Row>): boolean {
  const row = ref === undefined ? undefined : rows.get(ref);
  return is === 'sent' && row !== undefined && isReport(row, lookedFor);
}

function isVerified({ verified }: Arrival): boolean {
  return verified !== false;
}

/** What is looked for, in words: `alarm from pendant, status 10, buffered`. */
export function wordsOf(lookedFor: LookedFor): string {
  const { report, from, status, location, priority, at, buffered, verified, tells = {} } = lookedFor;
  const { voice, sms, light, sound, journal, log } = lookedFor;
  if (voice !== undefined) return `call ${voice}`;
  if (sms !== undefined) return `SMS with ${sms}`;
  if (light !== undefined) return `light ${light}`;
  if (sound !== undefined) return `sound ${sound}`;
  if (journal !== undefined) return `journal entry ${journal}`;
  if (log !== undefined) return `log line of level ${log}`;
  const parts = [
    `${report ?? 'report'}${from === undefined ? '' : ` from ${from}`}`,
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(location === undefined ? [] : [`location ${location}`]),
    ...(priority === undefined ? [] : [`priority ${priority}`]),
    ...(at === undefined ? [] : [`at ${at}`]),
    ...(buffered === undefined ? [] : [buffered ? 'buffered' : 'not buffered']),
    ...(verified === undefined ? [] : [verified ? 'verified' : 'not verified']),
    ...Object.entries(tells).map(([key, value]) => `telling ${key} ${String(value)}`),
  ];
  return parts.join(', ');
}

interface Difference {
  key: string;
  expected: string;
  actual: string;
}

/** The first key in which the state is not as it is looked for, or nothing. */
export function stateDiffers(state: WorldState, lookedFor: LookedForState): Difference | undefined {
  const actual: Readonly<Record<string, unknown>> = {
    ...state,
    charge: `${state.charge}%`,
    away: state.away ? 'on' : 'off',
  };
  const found = Object.entries(lookedFor).find(([key, expected]) => actual[key] !== expected);
  if (found === undefined) return undefined;
  const [key, expected] = found;
  return { key, expected: String(expected), actual: String(actual[key]) };
}
