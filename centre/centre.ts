import { type Clock, minuteMs } from '#protocol/core/time.ts';
import type { Acknowledgement, HeartbeatAnswer } from '#protocol/mqtt/acknowledgement.ts';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import type { Heartbeat } from '#protocol/mqtt/heartbeat.ts';
import { type Problem, problem } from '#protocol/mqtt/problem.ts';
import { decodeRecord, referenceOf, type ReportRecord } from '#protocol/mqtt/record.ts';
import type { ReportEnvelope } from '#protocol/mqtt/report.ts';
import type { HubState } from '#protocol/mqtt/state.ts';
import { answers } from '#protocol/scaip/codes.ts';
import { type CaseBook, createCaseBook } from './cases.ts';
import type { Case, CentreListener } from './events.ts';
import { type Policy, refusalOf, usualVoice, type Verdict, verdictOn, type VoiceWish } from './verdict.ts';

/** Refusals told one by one within a minute; the rest of the minute's are counted and told as a number. */
export const refusalsToldPerMinute = 20;

export interface CentreOptions {
  clock: Clock;
  /** SHA-256 of a text in UTF-8, in lower-case hexadecimal digits. */
  sha256Hex: (text: string) => string;
  listener: CentreListener;
  /** Where the cases are kept: in memory unless said otherwise. */
  book?: CaseBook;
  /** Whether the operators can take one more alarm; else the hub is told that they are busy. */
  hasRoom?(): boolean;
  /** What its answers to alarms say of voice (B3.1). */
  voice?: VoiceWish;
}

interface CentreCounts {
  /** Cases opened. */
  opened: number;
  /** Arrivals of a report that was known already. */
  repeated: number;
  heartbeats: number;
  /** What could not be taken: bad bodies, unknown topics, a hub that speaks for another, changed records. */
  refused: number;
}

/** A receiving centre without its wires: messages in, answers out, everything told to the listener. */
export interface Centre {
  /** Takes a report that came on this hub's topic; gives the answer to send back, or none. */
  report(hub: string, envelope: ReportEnvelope): Acknowledgement | undefined;
  /** Takes a heartbeat; gives the answer to send back, or none (B4.4). */
  heartbeat(hub: string, heartbeat: Heartbeat): HeartbeatAnswer | undefined;
  hubState(hub: string, state: HubState): void;
  /** Takes the word of a hub on what became of a command. */
  result(hub: string, result: CommandResult): void;
  /** Counts and tells what cannot be taken. A flood of it is told as a number (B15.3). */
  refuse(hub: string | undefined, problem: Problem, ref?: string): void;
  setPolicy(policy: Policy): void;
  /** Has every answer from now on set the hubs' heartbeat interval, in minutes (1 to 1440); none leaves it (B4.5). */
  setHeartbeatInterval(minutes: number | undefined): void;
  /** The newest cases that are remembered, oldest first; all unless so many are asked for. */
  cases(count?: number): readonly Case[];
  counts(): Readonly<CentreCounts>;
}

export function createCentre(options: CentreOptions): Centre {
  const { clock, sha256Hex, listener, book = createCaseBook(), hasRoom = () => true, voice = usualVoice } = options;
  const counts: CentreCounts = { opened: 0, repeated: 0, heartbeats: 0, refused: 0 };
  const tellRefusal = refusalTeller(clock, listener);
  let policy: Policy = 'handled';
  let hbi: number | undefined;

  function acknowledge(hub: string, ref: string, hash: string, verdict: Verdict): Acknowledgement {
    const interval = hbi === undefined ? {} : { hbi };
    return { v: 1, hub, ref, hash, ...verdict, ...interval };
  }

  function refuse(hub: string | undefined, found: Problem, ref?: string): void {
    counts.refused += 1;
    tellRefusal(hub, ref, found);
  }

  /** Refuses a report with SCAIP's number for the reason. Without a reference there is nothing to answer to. */
  function refuseReport(
    hub: string,
    ref: string | undefined,
    hash: string,
    found: Problem,
  ): Acknowledgement | undefined {
    refuse(hub, found, ref);
    return ref === undefined || policy === 'silent' ? undefined : acknowledge(hub, ref, hash, refusalOf(found));
  }

  /** Answers a report, and tells whether it is taken by this answer. */
  function answer(known: Case): { acknowledgement: Acknowledgement | undefined; taken: boolean } {
    if (policy === 'silent') return { acknowledgement: undefined, taken: false };
    // The final answer stays what it was, byte for byte; hold, busy and not treated are decided anew.
    if (isHandled(known)) return { acknowledgement: known.acknowledgement, taken: false };
    const isTooMuch = policy === 'handled' && known.record.report === 'alarm' && !hasRoom();
    const verdict = verdictOn(known.record, isTooMuch ? 'busy' : policy, voice);
    const acknowledgement = acknowledge(known.hub, known.ref, known.hash, verdict);
    known.acknowledgement = acknowledgement;
    return { acknowledgement, taken: isHandled(known) };
  }

  function open(hash: string, record: ReportRecord, envelope: ReportEnvelope): Acknowledgement | undefined {
    const { hub, ref } = record;
    const { buffered, path } = envelope;
    const opened: Case = { hub, ref, hash, record, buffered, openedMs: clock.wallMs(), arrivals: 1, path };
    counts.opened += 1;
    const { acknowledgement, taken } = answer(opened);
    book.add(opened, envelope.record);
    listener({ event: 'opened', case: opened, taken, acknowledgement });
    return acknowledgement;
  }

  function repeat(known: Case, envelope: ReportEnvelope): Acknowledgement | undefined {
    known.arrivals += 1;
    known.path = envelope.path;
    counts.repeated += 1;
    const { acknowledgement, taken } = answer(known);
    book.keepArrival(known);
    listener({ event: 'repeated', case: known, taken, acknowledgement });
    return acknowledgement;
  }

  return {
    report(hub, envelope) {
      const hash = sha256Hex(envelope.record);
      const record = decodeRecord(envelope.record);
      if (!record.ok) {
        return refuseReport(hub, referenceOf(envelope.record), hash, record.problem);
      }
      const { ref } = record.value;
      if (record.value.hub !== hub) {
        return refuseReport(hub, ref, hash, wrongHub(hub, record.value.hub));
      }
      const known = book.find(hub, ref);
      if (known === undefined) {
        return open(hash, record.value, envelope);
      }
      return known.hash === hash ? repeat(known, envelope) : refuseReport(hub, ref, hash, changed(known, hash));
    },
    heartbeat(hub, heartbeat) {
      if (heartbeat.hub !== hub) {
        refuse(hub, wrongHub(hub, heartbeat.hub));
        return undefined;
      }
      counts.heartbeats += 1;
      const answered = policy !== 'silent';
      listener({ event: 'heartbeat', hub, heartbeat, answered });
      if (!answered) {
        return undefined;
      }
      const interval = hbi === undefined ? {} : { hbi };
      return { v: 1, hub, heartbeat: heartbeat.sequence, snu: answers.handled.code, ...interval };
    },
    hubState(hub, state) {
      if (state.hub === hub) {
        listener({ event: 'hub-state', hub, state });
      } else {
        refuse(hub, wrongHub(hub, state.hub));
      }
    },
    result(hub, result) {
      if (result.hub === hub) listener({ event: 'result', hub, result });
      else refuse(hub, wrongHub(hub, result.hub));
    },
    refuse,
    setPolicy: (next) => {
      policy = next;
    },
    setHeartbeatInterval: (minutes) => {
      hbi = minutes;
    },
    cases: (count = Number.MAX_SAFE_INTEGER) => book.newest(count),
    counts: () => ({ ...counts }),
  };
}

function isHandled({ acknowledgement }: Case): boolean {
  return acknowledgement?.snu === answers.handled.code;
}

function wrongHub(topicHub: string, bodyHub: string): Problem {
  const message = `body, at /hub: ${bodyHub} on the topic of ${topicHub}; right would be ${topicHub}`;
  return problem('report/wrong-hub', message);
}

function changed(known: Case, hash: string): Problem {
  const message = `record ${known.ref} of ${known.hub} has hash ${hash}, but came with ${known.hash} before`;
  return problem('report/changed', `${message}; right would be a reference of its own for each event`);
}

/** Tells refusals one by one up to the limit of a minute, then one number for the rest when the minute is over. */
function refusalTeller(clock: Clock, listener: CentreListener) {
  let told = 0;
  let untold = 0;
  function endMinute(): void {
    const count = untold;
    told = 0;
    untold = 0;
    if (count > 0) {
      listener({ event: 'refusals-untold', count });
    }
  }
  return (hub: string | undefined, ref: string | undefined, found: Problem): void => {
    if (told === 0) {
      clock.at(clock.monotonicMs() + minuteMs, endMinute);
    }
    if (told < refusalsToldPerMinute) {
      told += 1;
      listener({ event: 'refused', hub, ref, problem: found });
    } else {
      untold += 1;
    }
  };
}
